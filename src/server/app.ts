import type { ServerResponse } from "node:http";
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import { type Logger, originOf } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { refuse, reply, unavailable } from "./reply.ts";

/** Everything but the webhooks. `unready` is the reason why none should be called; metrics are served where given. */
export function makeApp(unready: () => string | undefined, logger: Logger, metrics?: Metrics): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag").set("query parser", false);
  app.enable("strict routing").enable("case sensitive routing");
  page(app, "/healthz", (_request, response) => {
    reply(response, 200, { status: "ok" });
  });
  page(app, "/readyz", (_request, response) => {
    const reason = unready();
    if (reason !== undefined) refuse(response, unavailable(reason));
    else reply(response, 200, { status: "ok" });
  });
  if (metrics) page(app, "/metrics", (_request, response) => sendMetrics(metrics, response));
  app.use((_request, response) => {
    refuse(response, { status: 404, error: "not found" });
  });
  const failed: ErrorRequestHandler = (error, _request, response, _next) => {
    const requestId = refuse(response, { status: 500, error: "internal error" });
    logger.error("a page failed", { requestId, ...originOf(error) });
  };
  return app.use(failed);
}

function page(app: Express, path: string, show: RequestHandler): void {
  app
    .route(path)
    .get(show)
    .all((_request, response) => {
      refuse(response, { status: 405, error: "use GET", headers: { Allow: "GET, HEAD" } });
    });
}

async function sendMetrics(metrics: Metrics, response: ServerResponse): Promise<void> {
  const text = await metrics.text();
  response.writeHead(200, { "Content-Type": metrics.contentType, "Content-Length": Buffer.byteLength(text) }).end(text);
}
