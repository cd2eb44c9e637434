import { createServer, type Server } from "node:http";
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Istiod } from "../../src/cluster/istiods.ts";
import { type Resource, resourceTypes } from "../../src/mesh/discovery.ts";
import { frame, unframe } from "../../src/mesh/frames.ts";
import { field, parseMessage, textIn } from "../../src/mesh/protobuf.ts";
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

/** A cluster of a subset of a host. */
export const cluster = (host: string, subset: string): Buffer => field(1, `outbound|9080|${subset}|${host}`);

/** One entry of /debug/syncz: a proxy that acknowledged a push, or never got any routes. */
export const synced = (proxy: string, push: number, routes: number | "none" = push): Json => ({
  proxy,
  proxy_type: "sidecar",
  cluster_sent: `${version(push)}${uuid}`,
  cluster_acked: `${version(push)}${uuid}`,
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
  private readonly current = new Map<Resource, Buffer>();
  /** What each of those who listen asked for. */
  private readonly streams = new Map<ServerHttp2Stream, Resource>();
  private readonly pushes: Http2Server = createHttp2Server();
  private readonly debug: Server;

  private constructor() {
    this.pushes.on("stream", (stream) => {
      stream.respond({ ":status": 200, "content-type": "application/grpc" });
      stream.on("error", () => {});
      stream.on("close", () => this.streams.delete(stream));
      stream.once("data", (bytes: Buffer) => this.answer(stream, bytes));
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

  /** What is listened for. */
  get asking(): readonly Resource[] {
    return [...this.streams.values()];
  }

  push(push: number, ...configurations: readonly Buffer[]): void {
    this.tell("routes", push, configurations);
  }

  pushClusters(push: number, ...clusters: readonly Buffer[]): void {
    this.tell("clusters", push, clusters);
  }

  /** Any message to those who asked for routes. */
  send(message: Buffer, resource: Resource = "routes"): void {
    const framed = frame(message);
    this.current.set(resource, framed);
    for (const [stream, asked] of this.streams) if (asked === resource) stream.write(framed);
  }

  private tell(resource: Resource, push: number, told: readonly Buffer[]): void {
    const type = resourceTypes[resource];
    const resources = told.map((each) => field(2, Buffer.concat([field(1, type), field(2, each)])));
    const nonce = field(5, `${version(push)}${uuid}`);
    this.send(Buffer.concat([field(1, version(push)), ...resources, field(4, type), nonce]), resource);
  }

  private answer(stream: ServerHttp2Stream, bytes: Buffer): void {
    const request = parseMessage(unframe(bytes, 10_000)?.messages[0] ?? Buffer.alloc(0));
    const resource = request && textIn(request, 4) === resourceTypes.clusters ? "clusters" : "routes";
    this.streams.set(stream, resource);
    const current = this.current.get(resource);
    if (current) stream.write(current);
  }

  stop(): void {
    for (const stream of this.streams.keys()) stream.destroy();
    this.pushes.close();
    this.debug.close();
    this.debug.closeAllConnections();
  }
}
