import { existsSync } from "node:fs";
import { isIPv6 } from "node:net";
import type { AccessReviews } from "../cluster/access.ts";
import { type Api, ApiError } from "../cluster/api.ts";
import { worldFromFiles } from "../cluster/file-world.ts";
import type { IstiodOptions } from "../controller/confirmations.ts";
import type { Log } from "../controller/reconcile.ts";
import type { Lookup } from "../model/world.ts";
import { planLine } from "../rollout/plan-line.ts";
import { makeLogger } from "../server/log.ts";
import { type RunningServer, type ServerOptions, startServer } from "../server/serve.ts";
import { keptCertificates } from "./kept-certificates.ts";
import { complain } from "./print.ts";
import { durationOption, type ExitCode, exitCodes, UsageError } from "./usage.ts";

export interface ServeOptions {
  readonly world?: readonly string[];
  readonly kubeconfig?: string;
  readonly certsSecret?: string;
  readonly tlsCert: string;
  readonly tlsKey: string;
  readonly host: string;
  readonly port: number;
  readonly httpPort: number;
  readonly drainSeconds: number;
  readonly controller: "on" | "off";
  readonly authorize: "requester" | "off";
  readonly settle: string;
  readonly leaseNamespace?: string;
  readonly istiodNamespace?: string;
  readonly istiodToken: string;
}

/** What is judged against, and what goes on beside the webhooks. */
interface Backing extends Pick<ServerOptions, "surroundings" | "ready" | "logger" | "access" | "tls" | "onDrain"> {
  stop(): Promise<void>;
}

/** Serves the webhooks until it is told to stop: against a cluster, where it rolls out too, or the objects of files. */
export async function serve(options: ServeOptions): Promise<ExitCode> {
  const { host, port, httpPort, drainSeconds } = options;
  if (options.world === undefined) await requireCluster(options.kubeconfig);
  if (options.certsSecret === undefined) requireFiles(options.tlsCert, options.tlsKey);
  const backing = options.world === undefined ? await clusterBacking(options) : fileBacking(options, options.world);
  const { stop, ...judging } = backing;
  try {
    const running = await startServer({ ...judging, host, port, httpPort, drainSeconds, onEnd: stop });
    complain(told(running, host));
  } catch (error) {
    await stop();
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  return exitCodes.ok;
}

const needsCluster = "serve needs a --kubeconfig, or a --world of files (an empty folder is an empty world)";

async function requireCluster(kubeconfig: string | undefined): Promise<void> {
  const { hasConfig } = await import("../cluster/client.ts");
  if (kubeconfig === undefined && !hasConfig()) throw new UsageError(needsCluster);
}

function requireFiles(...files: readonly string[]): void {
  const absent = files.find((file) => !existsSync(file));
  if (absent === undefined) return;
  throw new UsageError(
    `${absent}: no such file; make one with rollguard certs --out certs, or name it with --tls-cert and --tls-key`,
  );
}

const told = ({ url, httpPort }: RunningServer, host: string): string =>
  `webhooks at ${url}/mutate and /validate, health and metrics at http://${isIPv6(host) ? `[${host}]` : host}:${httpPort}`;

const fileBacking = ({ tlsCert, tlsKey }: ServeOptions, world: readonly string[]): Backing => ({
  surroundings: { ...worldFromFiles([], world), planLine },
  tls: { cert: tlsCert, key: tlsKey },
  stop: async () => {},
});

async function clusterBacking(options: ServeOptions): Promise<Backing> {
  const settleSeconds = durationOption("settle", options.settle);
  try {
    const { connect } = await import("../cluster/client.ts");
    const api = await connect({ kubeconfig: options.kubeconfig });
    return await onCluster(api, settleSeconds, options);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new UsageError(`${needsCluster}: ${error.message}`);
  }
}

async function onCluster(api: Api, settleSeconds: number, options: ServeOptions): Promise<Backing> {
  const { tlsCert, tlsKey, certsSecret, leaseNamespace: namespace = api.namespace } = options;
  const { Controller } = await import("../controller/controller.ts");
  const { AccessReviews } = await import("../cluster/access.ts");
  const logger = makeLogger();
  const onFault = (error: unknown): void => logger.error(error instanceof Error ? error.message : String(error));
  const kept =
    certsSecret === undefined
      ? undefined
      : await keptCertificates({
          api,
          place: { namespace, secret: certsSecret, names: [`rollguard.${namespace}.svc`] },
          onFault,
        });
  const log: Log = (message, fields = {}, level = "info") => logger[level](message, fields);
  const isActive = options.controller === "on";
  const controller = new Controller({ api, settleSeconds, namespace, isActive, log, istiod: istiodOf(options) });
  const reviews = new AccessReviews(api);
  return {
    surroundings: isActive ? { world: controller.world, planLine } : { world: controller.world, knows: knowsOfObjects },
    tls: kept ?? { cert: tlsCert, key: tlsKey },
    ready: () => controller.ready,
    ...(options.authorize === "requester" ? { access: accessOf(reviews) } : {}),
    logger,
    onDrain: () => controller.resign(),
    stop: async () => {
      await kept?.stop();
      await controller.stop();
      api.close();
    },
  };
}

const istiodOf = ({ istiodNamespace: namespace, istiodToken: tokenFile }: ServeOptions): IstiodOptions | undefined =>
  namespace ? { namespace, tokenFile } : undefined;

/** With the controller off somebody else rolls out: who that is, is not asked, and what it will do, not known. */
const knowsOfObjects = (lookup: Lookup): boolean => lookup !== "ValidatingWebhookConfiguration by webhook";

const accessOf =
  (reviews: AccessReviews): NonNullable<ServerOptions["access"]> =>
  async ({ object, userInfo }) =>
    (await reviews.review(object, userInfo)).denied;
