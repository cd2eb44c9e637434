import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Certificates } from "../../src/install/make-certificates.ts";
import { asObject, asText, at, type JsonObject } from "../../src/model/json.ts";
import { DoubleStore, type StoreEvent } from "./double-store.ts";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: JsonObject;
}

/** What the double does instead of answering: say something else, nothing, or end the connection before or after it acted. */
export type Reaction =
  | { readonly status: number; readonly body?: JsonObject | string; readonly headers?: Record<string, string> }
  | "stall"
  | "cut"
  | "act and cut";

interface Watcher {
  readonly path: string;
  readonly response: ServerResponse;
}

export const status = (code: number, reason: string, message = reason): JsonObject => ({
  kind: "Status",
  apiVersion: "v1",
  status: "Failure",
  code,
  reason,
  message,
});

/** An API server in this process: lists, watches and writes with revisions like those of etcd, and faults by order. */
export class ApiDouble {
  readonly store = new DoubleStore((event) => this.tell([event]));
  readonly received: Received[] = [];
  readonly sockets = new Set<Socket>();
  handshakes = 0;
  /** Undefined answers as an API server would. */
  script: (request: Received) => Reaction | undefined = () => undefined;
  /** Changes what watches are told. */
  feed: (events: readonly StoreEvent[]) => readonly StoreEvent[] = (events) => events;
  private readonly watchers = new Set<Watcher>();
  private readonly server: Server;

  private constructor({ cert, key }: Certificates) {
    this.server = createServer(
      { cert, key, keepAlive: true },
      (request, response) => void this.serve(request, response),
    );
    this.server.on("secureConnection", (socket: Socket) => {
      this.handshakes++;
      this.sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => this.sockets.delete(socket));
    });
  }

  static async start(certificates: Certificates): Promise<ApiDouble> {
    const double = new ApiDouble(certificates);
    await new Promise<void>((resolve) => double.server.listen(0, "127.0.0.1", resolve));
    return double;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  /** Requests of a kind: `LIST`, `PROBE` (a list of one), `WATCH`, or a method. */
  count(kind: string): number {
    return this.received.filter((request) => kindOf(request) === kind).length;
  }

  get watches(): number {
    return this.watchers.size;
  }

  bookmark(): void {
    const metadata = { resourceVersion: String(this.store.revision) };
    for (const { response } of this.watchers) write(response, { type: "BOOKMARK", object: { metadata } });
  }

  /** Sends bytes as they are to every watch. */
  send(bytes: string | Buffer): void {
    for (const { response } of this.watchers) response.write(bytes);
  }

  /** Ends every watch in good order. */
  endWatches(): void {
    for (const { response } of this.watchers) response.end();
  }

  /** Breaks every connection. */
  cutAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private tell(events: readonly StoreEvent[]): void {
    for (const event of this.feed(events))
      for (const { path, response } of this.watchers) if (isUnder(event.path, path)) write(response, event);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await read(request).catch(() => undefined);
    if (!received) return;
    this.received.push(received);
    const reaction = this.script(received);
    if (reaction === "stall") return;
    if (reaction === "cut") return void request.socket.destroy();
    if (typeof reaction === "object") return void answer(response, reaction);
    if (kindOf(received) === "WATCH") return this.watch(received, response);
    const result = this.store.perform(received);
    if (reaction === "act and cut") return void request.socket.destroy();
    answer(response, result);
  }

  private watch({ path, query }: Received, response: ServerResponse): void {
    const since = Number(query.get("resourceVersion"));
    const refusal = this.refusal(since);
    if (refusal) {
      answer(response, { status: Number(refusal["code"]), body: refusal });
      return;
    }
    response.writeHead(200, { "Content-Type": "application/json" });
    response.flushHeaders();
    const watcher = { path, response };
    this.watchers.add(watcher);
    response.on("close", () => this.watchers.delete(watcher));
    const missed = this.store.history.filter((event) => event.revision > since && isUnder(event.path, path));
    for (const event of this.feed(missed)) write(response, event);
  }

  private refusal(since: number): JsonObject | undefined {
    if (since < this.store.compacted) return status(410, "Expired");
    return since > this.store.revision ? status(504, "Timeout", "Too large resource version") : undefined;
  }
}

export const kindOf = ({ method, path, query }: Received): string => {
  if (query.has("watch")) return "WATCH";
  if (method !== "GET" || !isCollection(path)) return method;
  return query.get("limit") === "1" ? "PROBE" : "LIST";
};

const isCollection = (path: string): boolean => path.split("/").length % 2 === (path.startsWith("/apis/") ? 1 : 0);

/** A collection of all namespaces has the objects of each. */
const isUnder = (path: string, collection: string): boolean =>
  path.startsWith(`${collection}/`) || path.replace(/\/namespaces\/[^/]+/, "").startsWith(`${collection}/`);

const write = (response: ServerResponse, { type, object }: Pick<StoreEvent, "type" | "object">): void =>
  void response.write(`${JSON.stringify({ type, object })}\n`);

function answer(response: ServerResponse, { status, body = {}, headers = {} }: Exclude<Reaction, string>): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const url = new URL(request.url ?? "", "https://double");
  return {
    method: request.method ?? "",
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: text === "" ? {} : asObject(JSON.parse(text)),
  };
}

export const uidOf = (object: JsonObject): string => asText(at(object, "metadata", "uid")) ?? "";
