import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { Duplex } from "node:stream";
import { type Limits, maxConnections } from "./limits.ts";
import type { Refusal } from "./reply.ts";

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The requests that are open, so that those in flight can be told apart from broken or idle connections. */
export interface Exchanges {
  /**
   * Calls `serve` when it is the turn of this request: after the answers to all that came before it on its connection.
   * Node does not tell the answers in a queue that their connection is gone, and fails to pause a TLS connection when
   * they are many.
   */
  open(exchange: Exchange, serve: () => void): void;
  lastOn(socket: Duplex): Exchange | undefined;
  /** From now on every answer closes its connection. */
  closeAfterAnswer(): void;
}

export function makeExchanges(): Exchanges {
  const lasts = new WeakMap<Duplex, Exchange>();
  const served = new Set<ServerResponse>();
  let isClosing = false;
  return {
    open: (exchange, serve) => {
      const { request, response } = exchange;
      const before = lasts.get(request.socket)?.response;
      lasts.set(request.socket, exchange);
      const begin = () => {
        if (request.socket.destroyed) return;
        served.add(response);
        response.once("close", () => served.delete(response));
        if (isClosing) close(response);
        serve();
      };
      if (before && !before.closed) before.once("close", begin);
      else begin();
    },
    lastOn: (socket) => lasts.get(socket),
    closeAfterAnswer: () => {
      isClosing = true;
      served.forEach(close);
    },
  };
}

function close(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader("Connection", "close");
}

/** What is wrong with the head of a request that Node's parser lets through. */
export function headFault(request: IncomingMessage, limits: Limits): Refusal | undefined {
  if (request.rawHeaders.length > 2 * limits.headerLines) return { status: 431, error: "too many header fields" };
  const { host, expect } = request.headers;
  if (request.httpVersion !== "1.0" && host === undefined) return { status: 400, error: "the Host header is missing" };
  if (expect !== undefined && !/^100-continue$/i.test(expect)) return { status: 417, error: "unknown expectation" };
  return undefined;
}

/** What became of a connection that never carried a readable request. */
export type Mishap = (what: string, code: string, status?: number) => void;

/** Answers what is no HTTP, or comes too slowly, with JSON as well, and ends the connection. */
export function guardConnections(
  server: HttpServer | HttpsServer,
  exchanges: Exchanges,
  limits: Limits,
  mishap: Mishap,
): void {
  server.maxConnections = maxConnections;
  // Node would drop further headers silently, and a second Content-Type with them.
  server.maxHeadersCount = 0;
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const code = error.code ?? "unknown";
    const last = exchanges.lastOn(socket);
    // What still comes in while the last answer goes out.
    if (socket.writableEnded) return;
    if (!socket.writable || code === "ECONNRESET") socket.destroy();
    else if (last && isBeingAnswered(last)) endAfter(last.response, socket);
    else if (last && isCut(last)) socket.destroy();
    else {
      mishap("a request could not be read", code, statusOf(code));
      endWith(socket, statusOf(code), limits.lingerMs);
    }
  });
  // Node would answer an unknown expectation without a body.
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  server.on("tlsClientError", (error: NodeJS.ErrnoException) => {
    if (error.code !== "ECONNRESET") mishap("a TLS handshake failed", error.code ?? "unknown");
  });
}

/** A whole request came before the garbage: it is answered first. */
const isBeingAnswered = ({ request, response }: Exchange) => request.complete && !response.writableFinished;
/** The rest of a body that was refused already. */
const isCut = ({ request, response }: Exchange) => !request.complete && response.headersSent;

function endAfter(response: ServerResponse, socket: Duplex): void {
  close(response);
  response.once("close", () => socket.destroy());
}

const statusOf = (code: string): number =>
  ({ HPE_HEADER_OVERFLOW: 431, HPE_CHUNK_EXTENSIONS_OVERFLOW: 413, ERR_HTTP_REQUEST_TIMEOUT: 408 })[code] ?? 400;

const phrases: Readonly<Record<number, string>> = {
  400: "Bad Request",
  408: "Request Timeout",
  413: "Payload Too Large",
  431: "Request Header Fields Too Large",
};

/** The socket is read on for a moment, since a reset would overtake the answer. */
function endWith(socket: Duplex, status: number, lingerMs: number): void {
  const body = JSON.stringify({ error: phrases[status]?.toLowerCase() });
  const head = [
    `HTTP/1.1 ${status} ${phrases[status]}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once("close", () => clearTimeout(timer));
}
