import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { isIPv6 } from "node:net";
import {
  type DiscoveryRequest,
  type DiscoveryResponse,
  decodeResponse,
  discoveryPath,
  encodeRequest,
  type Resource,
  type Witness,
} from "../mesh/discovery.ts";
import { frame, unframe } from "../mesh/frames.ts";
import type { Istiod } from "./istiods.ts";

/** Bytes of one answer: the routes, or the clusters, of every Service of the mesh, 1 kB each. */
const maxAnswer = 16 * 2 ** 20;

export interface DiscoveryStreamOptions {
  readonly istiod: Istiod;
  readonly witness: Witness;
  readonly resource: Resource;
  onResponse(response: DiscoveryResponse): void;
  /** It is over: by the other side, or, finally, since its answers are not understood. Never after `close`. */
  onEnd(reason: string, isFinal: boolean): void;
}

/** What an istiod pushes to proxies of a kind: we are one of them, and hear of every push when they do. */
export class DiscoveryStream {
  private readonly session: ClientHttp2Session;
  private readonly stream: ClientHttp2Stream;
  private readonly options: DiscoveryStreamOptions;
  private names: readonly string[] | undefined;
  private acknowledged: Pick<DiscoveryRequest, "version" | "nonce"> = { version: "", nonce: "" };
  private chunks: Buffer[] = [];
  private length = 0;
  private needed = 0;
  private isOver = false;

  constructor(options: DiscoveryStreamOptions) {
    const { host, pushPort } = options.istiod;
    this.options = options;
    this.session = connect(`http://${isIPv6(host) ? `[${host}]` : host}:${pushPort}`);
    this.session.on("error", () => this.end("it cannot be reached"));
    this.session.on("close", () => this.end("it closed the connection"));
    this.stream = this.session.request({
      ":method": "POST",
      ":path": discoveryPath,
      "content-type": "application/grpc",
      te: "trailers",
    });
    this.stream.on("data", (bytes: Buffer) => this.take(bytes));
    this.stream.on("error", () => this.end("it ended the stream"));
    this.stream.on("end", () => this.end("it ended the stream"));
  }

  /** Asks for what has these names too, from now on. */
  watch(names: readonly string[]): void {
    const all = [...new Set([...(this.names ?? []), ...names])];
    if (all.length === this.names?.length) return;
    this.names = all;
    this.send();
  }

  close(): void {
    this.isOver = true;
    this.session.destroy();
  }

  private send(): void {
    const { witness, resource } = this.options;
    this.stream.write(frame(encodeRequest({ witness, resource, names: this.names ?? [], ...this.acknowledged })));
  }

  private take(bytes: Buffer): void {
    if (this.isOver) return;
    this.chunks.push(bytes);
    this.length += bytes.length;
    if (this.length < this.needed) return;
    const unframed = unframe(Buffer.concat(this.chunks), maxAnswer);
    if (unframed === undefined) {
      this.end("its answers are too long, or compressed", true);
      return;
    }
    // A copy: a part of a large answer would keep the whole.
    this.chunks = [Buffer.from(unframed.rest)];
    this.length = unframed.rest.length;
    this.needed = unframed.needed;
    for (const message of unframed.messages) this.answer(message);
  }

  private answer(message: Buffer): void {
    const response = decodeResponse(message, this.options.resource);
    if (response === undefined) {
      this.end("its answers are not understood", true);
      return;
    }
    this.acknowledged = { version: response.version, nonce: response.nonce };
    this.send();
    this.options.onResponse(response);
  }

  private end(reason: string, isFinal = false): void {
    if (this.isOver) return;
    this.close();
    this.options.onEnd(reason, isFinal);
  }
}
