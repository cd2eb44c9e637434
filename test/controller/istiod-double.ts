import { createServer, type Server } from "node:http";
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Istiod } from "../../src/cluster/istiods.ts";
import { routeType } from "../../src/mesh/discovery.ts";
import { frame } from "../../src/mesh/frames.ts";
import { field } from "../../src/mesh/protobuf.ts";
import type { Json } from "../../src/model/json.ts";

const uuid = "00000000-0000-4000-8000-000000000000";
const version = (push: number): string => `2026-01-01T00:00:00Z/${push}`;
const varint = (number: number, value: number): Buffer => Buffer.from([number << 3, value]);

/** A route configuration that splits the calls to a host. */
export function configuration(host: string, split: Readonly<Record<string, number>>): Buffer {
  const clusters = Object.entries(split).map(([subset, weight]) =>
    field(1, Buffer.concat([field(1, `outbound|9080|${subset}|${host}`), field(2, varint(1, weight))])),
  );
  return field(2, field(3, field(2, field(3, Buffer.concat(clusters)))));
}

/** One entry of /debug/syncz: a proxy that acknowledged a push, or never got any routes. */
export const synced = (proxy: string, push: number, routes: number | "none" = push): Json => ({
  proxy,
  proxy_type: "sidecar",
  listener_sent: `${version(push)}${uuid}`,
  listener_acked: `${version(push)}${uuid}`,
  ...(routes === "none" ? {} : { route_sent: `${version(push)}${uuid}`, route_acked: `${version(routes)}${uuid}` }),
});

/** An istiod that says what a test wants, at ports of its own. */
export class IstiodDouble {
  /** What /debug/syncz answers: JSON, a text, or a status. */
  syncz: Json | number = [];
  asked = 0;
  tokens = new Set<string | undefined>();
  private current: Buffer | undefined;
  private readonly streams = new Set<ServerHttp2Stream>();
  private readonly pushes: Http2Server = createHttp2Server();
  private readonly debug: Server;

  private constructor() {
    this.pushes.on("stream", (stream) => {
      this.streams.add(stream);
      stream.respond({ ":status": 200, "content-type": "application/grpc" });
      stream.on("error", () => {});
      stream.on("close", () => this.streams.delete(stream));
      if (this.current) stream.write(this.current);
    });
    this.debug = createServer((request, response) => {
      this.asked++;
      this.tokens.add(request.headers.authorization);
      response.statusCode = typeof this.syncz === "number" ? this.syncz : 200;
      response.end(typeof this.syncz === "string" ? this.syncz : JSON.stringify(this.syncz));
    });
  }

  static async start(): Promise<IstiodDouble> {
    const double = new IstiodDouble();
    for (const server of [double.pushes, double.debug])
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return double;
  }

  /** Names of the loopback tell two of them apart. */
  istiod(host = "127.0.0.1"): Istiod {
    const portOf = (server: Server | Http2Server) => (server.address() as AddressInfo).port;
    return { host, pushPort: portOf(this.pushes), debugPort: portOf(this.debug) };
  }

  get listeners(): number {
    return this.streams.size;
  }

  push(push: number, ...configurations: readonly Buffer[]): void {
    const resources = configurations.map((each) => field(2, Buffer.concat([field(1, routeType), field(2, each)])));
    this.send(
      Buffer.concat([field(1, version(push)), ...resources, field(4, routeType), field(5, `${version(push)}${uuid}`)]),
    );
  }

  send(message: Buffer): void {
    this.current = frame(message);
    for (const stream of this.streams) stream.write(this.current);
  }

  stop(): void {
    for (const stream of this.streams) stream.destroy();
    this.pushes.close();
    this.debug.close();
    this.debug.closeAllConnections();
  }
}
