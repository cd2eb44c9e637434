import { once } from "node:events";
import type { Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";

export type Listening = HttpServer | HttpsServer;

/** Where to listen; port 0 takes a free one. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Opens all servers or none, and says on which ports. */
export async function listen(servers: readonly (readonly [Listening, Address])[]): Promise<number[]> {
  const openings = servers.map(([server, { port, host }]) => once(server.listen(port, host), "listening"));
  const failed = (await Promise.allSettled(openings)).find((opening) => opening.status === "rejected");
  if (!failed) return servers.map(([server]) => portOf(server));
  for (const [server] of servers) server.close();
  throw failed.reason;
}

function portOf(server: Listening): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Closes servers: idle connections at once, busy ones when they have their answer, at the latest after `graceMs`. */
export async function stop(servers: readonly Listening[], graceMs: number): Promise<void> {
  const closed = Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  for (const server of servers) server.closeIdleConnections();
  const grace = pause(graceMs);
  await Promise.race([closed, grace.over]);
  grace.cut();
  for (const server of servers) server.closeAllConnections();
}

export interface Pause {
  readonly over: Promise<void>;
  /** Ends it early. */
  cut(): void;
}

export function pause(milliseconds: number): Pause {
  let cut = () => {};
  const over = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    cut = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return { over, cut };
}
