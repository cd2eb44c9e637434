import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http";
import { type Agent, request as httpsRequest } from "node:https";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";

/** What is called. */
export interface Target {
  readonly server: { readonly port: number; readonly httpPort: number };
  readonly certificates: { readonly ca: string };
}

export interface Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Call {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
}

export const jsonType = { "Content-Type": "application/json" };

/** A call over HTTPS, of POST /validate unless said otherwise. */
export function call({ server, certificates }: Target, given: Call = {}): Promise<Response> {
  const { path = "/validate", method = "POST", headers = jsonType, body = "", agent } = given;
  const target = { host: "127.0.0.1", port: server.port, ca: certificates.ca, path, method, headers };
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ ...target, agent: agent ?? false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    // After an early answer the rest of a large body may meet a closed connection.
    request.on("error", (error) => reject(error));
    if (body === "" && method !== "GET") request.setHeader("Content-Length", 0);
    request.end(body);
  });
}

/** A call of the plain HTTP port. */
export function callPlainly({ server }: Pick<Target, "server">, path: string, method = "GET"): Promise<Response> {
  return new Promise((resolve, reject) => {
    const target = { host: "127.0.0.1", port: server.httpPort, path, method, agent: false as const };
    const request = httpRequest(target, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on("error", reject);
    request.end();
  });
}

/** A raw TLS connection, for what no HTTP client would send. */
export interface Line {
  readonly socket: TLSSocket;
  send(bytes: string | Buffer): void;
  /** All bytes up to now. */
  received(): string;
  /** Resolves when so much text has arrived that `enough` holds. */
  until(enough: (text: string) => boolean): Promise<string>;
  /** All bytes until the server closed the connection. */
  closed(): Promise<string>;
}

export function dial({ server, certificates }: Target, options: ConnectionOptions = {}): Promise<Line> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port: server.port, ca: certificates.ca, ...options });
    socket.once("secureConnect", () => resolve(lineOf(socket)));
    socket.once("error", reject);
  });
}

function lineOf(socket: TLSSocket): Line {
  let text = "";
  let isClosed = false;
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of listeners) listener();
  };
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
    notify();
  });
  socket.on("close", () => {
    isClosed = true;
    notify();
  });
  socket.on("error", () => {});
  const when = (holds: () => boolean): Promise<string> =>
    new Promise((resolve) => {
      const check = () => {
        if (!holds()) return;
        listeners.delete(check);
        resolve(text);
      };
      listeners.add(check);
      check();
    });
  return {
    socket,
    send: (bytes) => socket.write(bytes),
    received: () => text,
    until: (enough) => when(() => isClosed || enough(text)),
    closed: () => when(() => isClosed),
  };
}

/** The head of a POST of JSON, with further header lines. */
export const head = (length: number | undefined, ...lines: string[]): string =>
  [
    "POST /validate HTTP/1.1",
    "Host: webhook",
    "Content-Type: application/json",
    ...(length === undefined ? [] : [`Content-Length: ${length}`]),
    ...lines,
    "",
    "",
  ].join("\r\n");

export const statusesIn = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1])).filter((status) => status !== 100);
