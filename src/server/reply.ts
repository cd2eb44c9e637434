import { randomUUID } from "node:crypto";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";

/** Why a request is not answered with a verdict. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
  readonly headers?: OutgoingHttpHeaders;
}

/** Sends JSON with its length, unless the client is gone. */
export function reply(
  response: ServerResponse,
  status: number,
  body: object,
  headers: OutgoingHttpHeaders = {},
): boolean {
  if (response.destroyed || response.headersSent) return false;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
    ...headers,
  });
  // A string goes out with the head in one write, bytes in another one.
  response.end(text);
  return true;
}

/** Refuses with JSON, and returns the id that ties the answer to the log. Node drops what is left of the body. */
export function refuse(response: ServerResponse, refusal: Refusal): string {
  const requestId = randomUUID();
  reply(response, refusal.status, { error: refusal.error, requestId }, refusal.headers);
  return requestId;
}

/**
 * Refuses a body that will not be read to its end, and closes the connection: at the end of the body or after a moment,
 * since a reset would overtake the answer.
 */
export function refuseAndClose(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Refusal,
  lingerMs: number,
): string {
  const requestId = randomUUID();
  if (response.destroyed || response.headersSent) return requestId;
  const bytes = Buffer.from(JSON.stringify({ error: refusal.error, requestId }));
  const headers = { "Content-Type": "application/json", "Content-Length": bytes.length, Connection: "close" };
  response.writeHead(refusal.status, { ...headers, ...refusal.headers }).write(bytes);
  const timer = setTimeout(() => response.end(), lingerMs);
  response.once("close", () => clearTimeout(timer));
  request.once("end", () => response.end()).resume();
  return requestId;
}

/** No verdict now, but soon: the API server may call another replica. */
export const unavailable = (error: string): Refusal => ({ status: 503, error, headers: { "Retry-After": "1" } });
