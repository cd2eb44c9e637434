import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { isIPv6 } from "node:net";
import type { AccessQuestion, Surroundings } from "../admission/answer.ts";
import { rules } from "../rules/index.ts";
import { makeAnswer } from "./answer.ts";
import { makeApp } from "./app.ts";
import { type Exchanges, guardConnections, headFault, makeExchanges } from "./connections.ts";
import { type Ending, endWithServer, makeEnding, type Standing } from "./lifecycle.ts";
import { defaultLimits, httpOptions, type Limits } from "./limits.ts";
import { listen } from "./listening.ts";
import { type Logger, makeLogger } from "./log.ts";
import { type Metrics, makeMetrics } from "./metrics.ts";
import { refuse } from "./reply.ts";
import { makeSlots } from "./slots.ts";
import { type CertificateSource, followCertificate, inFiles, type TlsFiles, tlsOptions } from "./tls.ts";
import { type Desk, makeWebhook, webhookOf } from "./webhook.ts";

export interface ServerOptions {
  readonly surroundings: Surroundings;
  readonly tls: TlsFiles | CertificateSource;
  readonly host: string;
  /** HTTPS: webhooks and health. 0 takes a free port. */
  readonly port: number;
  /** HTTP: health and metrics. */
  readonly httpPort: number;
  readonly logger?: Logger;
  /** True where verdicts can be given; false, or the reason, where they cannot. */
  readonly ready?: () => boolean | string;
  /** How long a stopping server goes on answering, until no API server calls it any more. */
  readonly drainSeconds?: number;
  /** Whether signals and uncaught errors end the process; true unless said otherwise. */
  readonly ownsProcess?: boolean;
  readonly limits?: Partial<Limits>;
  /** What of the objects that an Application stands for the requester may not write; rejects where nobody can tell in time. */
  access?(question: AccessQuestion): Promise<readonly string[]>;
  /** What need not wait until no API server calls any more: it ends while requests are still answered. */
  onDrain?(): Promise<void>;
  /** What ends with the server. */
  onEnd?(): Promise<void>;
}

export interface RunningServer extends Ending {
  readonly port: number;
  readonly httpPort: number;
  readonly url: string;
}

/** Starts the webhooks, and resolves when they can be called. Rejects where certificate, key or ports do not serve. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { tls, host, logger = makeLogger(), drainSeconds = 10 } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const standing: Standing = { isDraining: false, hasFailed: false };
  const source = "load" in tls ? tls : inFiles(tls);
  const certificate = await source.load();
  const desk = makeDesk(options, standing, limits, logger);
  const health = () => (standing.isDraining ? "draining" : desk.unready());
  const exchanges = makeExchanges();
  const https = createHttpsServer(
    { ...httpOptions(limits), ...tlsOptions(certificate) },
    front(exchanges, limits, webhooksBeside(makeApp(health, logger), desk)),
  );
  const app = makeApp(health, logger, desk.metrics);
  const http = createHttpServer(httpOptions(limits), front(exchanges, limits, app));
  for (const server of [https, http]) guardConnections(server, exchanges, limits, mishap(desk));
  const [port = 0, httpPort = 0] = await listen([
    [https, { host, port: options.port }],
    [http, { host, port: options.httpPort }],
  ]);
  const unfollow = followCertificate(source, certificate, https, desk);
  const ending = makeEnding({
    standing,
    exchanges,
    servers: [https, http],
    drainMs: drainSeconds * 1000,
    stopMs: limits.stopMs,
    draining: async () => options.onDrain?.(),
    closed: async () => {
      unfollow();
      await options.onEnd?.();
      disown();
    },
  });
  const disown = options.ownsProcess === false ? () => {} : endWithServer(ending, logger);
  logger.info("listening", { port, httpPort });
  logger.flush();
  return { port, httpPort, url: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`, ...ending };
}

function makeDesk(
  { surroundings, ready, access }: ServerOptions,
  standing: Standing,
  limits: Limits,
  logger: Logger,
): Desk {
  const slots = makeSlots(limits);
  return {
    answer: makeAnswer(surroundings, access),
    unready: () => (standing.hasFailed ? "stopping after an error" : reasonOf(ready?.() ?? true)),
    slots,
    limits,
    logger,
    metrics: makeMetrics(
      rules.map((rule) => rule.id),
      slots.held,
    ),
  };
}

const reasonOf = (ready: boolean | string): string | undefined =>
  ready === true ? undefined : ready === false ? "not ready" : ready;

function webhooksBeside(app: RequestListener, desk: Desk): RequestListener {
  const serveWebhook = makeWebhook(desk);
  return (request, response) => {
    const webhook = webhookOf(request.url);
    if (webhook) serveWebhook(webhook, request, response);
    else app(request, response);
  };
}

const front =
  (exchanges: Exchanges, limits: Limits, next: RequestListener): RequestListener =>
  (request, response) => {
    exchanges.open({ request, response }, () => {
      const fault = headFault(request, limits);
      if (fault) refuse(response, fault);
      else next(request, response);
    });
  };

const mishap =
  ({ logger, metrics }: { logger: Logger; metrics: Metrics }) =>
  (what: string, code: string, status?: number): void => {
    if (status !== undefined) metrics.refused(status);
    logger.warn(what, { code, status });
  };
