import { existsSync } from "node:fs";
import { isIPv6 } from "node:net";
import type { AccessReviews } from "../cluster/access.ts";
import { ApiError } from "../cluster/api.ts";
import { worldFromFiles } from "../cluster/file-world.ts";
import { planLine } from "../rollout/plan-line.ts";
import { makeLogger } from "../server/log.ts";
import { type RunningServer, type ServerOptions, startServer } from "../server/serve.ts";
import { complain } from "./print.ts";
import { durationOption, type ExitCode, exitCodes, UsageError } from "./usage.ts";

export interface ServeOptions {
  readonly world?: readonly string[];
  readonly kubeconfig?: string;
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
}

/** What is judged against, and what goes on beside the webhooks. */
interface Backing extends Pick<ServerOptions, "surroundings" | "ready" | "logger" | "access"> {
  stop(): Promise<void>;
}

/** Serves the webhooks until it is told to stop: against a cluster, where it rolls out too, or the objects of files. */
export async function serve(options: ServeOptions): Promise<ExitCode> {
  const { tlsCert, tlsKey, host, port, httpPort, drainSeconds } = options;
  const absent = [tlsCert, tlsKey].find((file) => !existsSync(file));
  if (absent !== undefined)
    throw new UsageError(
      `${absent}: no such file; make one with rollguard certs --out certs, or name it with --tls-cert and --tls-key`,
    );
  const backing = options.world === undefined ? await clusterBacking(options) : fileBacking(options.world);
  try {
    const { stop: _stop, ...judging } = backing;
    const running = await startServer({
      ...judging,
      tls: { cert: tlsCert, key: tlsKey },
      host,
      port,
      httpPort,
      drainSeconds,
      onEnd: backing.stop,
    });
    complain(told(running, host));
  } catch (error) {
    await backing.stop();
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  return exitCodes.ok;
}

const told = ({ url, httpPort }: RunningServer, host: string): string =>
  `webhooks at ${url}/mutate and /validate, health and metrics at http://${isIPv6(host) ? `[${host}]` : host}:${httpPort}`;

const fileBacking = (world: readonly string[]): Backing => ({
  surroundings: { ...worldFromFiles([], world), planLine },
  stop: async () => {},
});

async function clusterBacking(options: ServeOptions): Promise<Backing> {
  const settleSeconds = durationOption("settle", options.settle);
  const { connect } = await import("../cluster/client.ts");
  const { Controller } = await import("../controller/controller.ts");
  const { AccessReviews } = await import("../cluster/access.ts");
  try {
    const api = await connect({ kubeconfig: options.kubeconfig });
    const logger = makeLogger();
    const controller = new Controller({
      api,
      settleSeconds,
      namespace: options.leaseNamespace ?? api.namespace,
      isActive: options.controller === "on",
      log: (message, fields = {}) => logger.info(message, fields),
    });
    return {
      surroundings: { world: controller.world, planLine },
      ready: () => controller.ready,
      ...(options.authorize === "requester" ? { access: accessOf(new AccessReviews(api)) } : {}),
      logger,
      stop: async () => {
        await controller.stop();
        api.close();
      },
    };
  } catch (error) {
    if (error instanceof ApiError)
      throw new UsageError(
        `serve needs a cluster, or a --world of files (an empty folder is an empty world): ${error.message}`,
      );
    throw error;
  }
}

const accessOf =
  (reviews: AccessReviews): NonNullable<ServerOptions["access"]> =>
  async ({ object, userInfo }) =>
    (await reviews.review(object, userInfo)).denied;
