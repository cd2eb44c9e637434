import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Answer } from "../admission/answer.ts";
import { Undecided } from "./answer.ts";
import { decode, overloaded, read } from "./body.ts";
import type { Limits } from "./limits.ts";
import { type Logger, originOf } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { type Refusal, refuse, refuseAndClose, reply, unavailable } from "./reply.ts";
import type { Slots } from "./slots.ts";

export type Webhook = "mutate" | "validate";

/** The webhook that a request target names. The query (the API server sends `?timeout=5s`) changes nothing. */
export function webhookOf(target = ""): Webhook | undefined {
  const [path] = target.split("?", 1);
  return path === "/mutate" ? "mutate" : path === "/validate" ? "validate" : undefined;
}

export interface Desk {
  answer(webhook: Webhook, text: string): Promise<Answer>;
  /** Why no verdict can be given now; undefined where one can. */
  unready(): string | undefined;
  readonly slots: Slots;
  readonly limits: Limits;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export type WebhookListener = (webhook: Webhook, request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Serves admission requests: reads the body, asks for the verdict, and says in one log line what came of it. */
export const makeWebhook =
  (desk: Desk): WebhookListener =>
  async (webhook, request, response) => {
    const began = performance.now();
    try {
      const text = await admit(desk, request, response);
      if (text === undefined) return;
      if (typeof text === "string") settle(desk, webhook, await desk.answer(webhook, text), response, began);
      else turnAway(desk, webhook, request, response, text);
    } catch (error) {
      if (error instanceof Undecided) {
        refuse(response, unavailable(error.message));
        desk.metrics.refused(503);
        desk.logger.warn("no verdict", { webhook, reason: error.message });
        return;
      }
      // Plain HTTP 500: only a failed call lets failurePolicy decide.
      const requestId = randomUUID();
      if (!reply(response, 500, { error: "internal error", requestId })) response.destroy();
      desk.metrics.refused(500);
      desk.logger.error("an admission request failed", { webhook, requestId, ...originOf(error) });
    }
  };

/** The text of the body, why there is none, or undefined where the client went away. */
async function admit(
  { slots, limits, unready }: Desk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<string | Refusal | undefined> {
  const fault = requestFault(request);
  if (fault) return fault;
  const reason = unready();
  if (reason !== undefined) return unavailable(reason);
  const slot = slots.take();
  if (!slot) return overloaded;
  response.once("close", slot.free);
  const body = await read(request, slot, limits);
  if (Buffer.isBuffer(body)) return decode(body);
  slot.free();
  return body;
}

const jsonType = /^application\/json[ \t]*(;[ \t]*charset=("utf-8"|utf-8)[ \t]*)?$/i;

function requestFault({ method, headers, rawHeaders }: IncomingMessage): Refusal | undefined {
  if (method !== "POST") return { status: 405, error: "use POST", headers: { Allow: "POST" } };
  const isType = (name: string, index: number) => index % 2 === 0 && name.toLowerCase() === "content-type";
  if (rawHeaders.filter(isType).length > 1) return { status: 400, error: "more than one Content-Type" };
  if (!jsonType.test(headers["content-type"] ?? "")) {
    return { status: 415, error: "Content-Type must be application/json, in UTF-8" };
  }
  const isPlain = /^chunked$/i.test(headers["transfer-encoding"] ?? "chunked");
  if (!isPlain || headers["content-encoding"] !== undefined)
    return { status: 415, error: "the body must not be encoded" };
  return undefined;
}

function settle(desk: Desk, webhook: Webhook, answer: Answer, response: ServerResponse, began: number): void {
  reply(response, answer.status, answer.body, answer.status === 503 ? { "Retry-After": "1" } : {});
  const milliseconds = performance.now() - began;
  desk.metrics.answered(webhook, answer, milliseconds / 1000);
  const { status, uid, operation, allowed, patched, rules } = answer;
  desk.logger.info("admission", {
    webhook,
    uid,
    operation,
    status,
    allowed,
    patched,
    rules: [...new Set(rules)],
    milliseconds: Math.round(milliseconds * 100) / 100,
  });
}

function turnAway(
  { limits, logger, metrics }: Desk,
  webhook: Webhook,
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Refusal,
): void {
  const { headers, complete } = request;
  const isShort = !headers["transfer-encoding"] && Number(headers["content-length"] ?? 0) <= limits.bodyBytes;
  // A connection whose body will soon be through is worth keeping: a new one costs more than reading the rest.
  const requestId =
    complete || (isShort && refusal.status !== 408)
      ? refuse(response, refusal)
      : refuseAndClose(request, response, refusal, limits.lingerMs);
  metrics.refused(refusal.status);
  logger.warn("refused", { webhook, requestId, status: refusal.status, reason: refusal.error });
}
