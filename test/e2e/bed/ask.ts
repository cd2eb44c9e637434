import { type ClientRequest, type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Network } from "./network.ts";

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly ca?: string;
  readonly timeoutMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

function socketTo(network: Network, url: URL, ca: string | undefined): Socket {
  const isTls = url.protocol === "https:";
  const socket = network.connect(url.hostname, Number(url.port || (isTls ? 443 : 80)));
  return isTls ? connectTls({ socket, host: url.hostname, ...(ca === undefined ? {} : { ca }) }) : socket;
}

/** Sends a request to an address in the network; the caller reads the answer, which may be a watch. */
export function open(network: Network, address: string, { method, headers, body, ca }: Ask = {}): ClientRequest {
  const url = new URL(address);
  // Node sends no length with DELETE, and the server would take the body for the next request.
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const sent = request({
    createConnection: () => socketTo(network, url, ca),
    method: method ?? "GET",
    path: url.pathname + url.search,
    headers: { host: url.host, ...length, ...headers },
  });
  sent.end(body);
  return sent;
}

/** A request and its whole answer. */
export function ask(network: Network, address: string, options: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = open(network, address, options);
    sent.setTimeout(options.timeoutMs ?? 10_000, () => sent.destroy(new Error(`no answer from ${address}`)));
    sent.on("error", reject);
    sent.on("response", (response) => {
      const parts: string[] = [];
      response.setEncoding("utf8").on("data", (text: string) => parts.push(text));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parts.join("") }),
      );
    });
  });
}

export const isOk = async (network: Network, address: string, options: Ask = {}): Promise<boolean> =>
  (await ask(network, address, { timeoutMs: 2_000, ...options })).status === 200;
