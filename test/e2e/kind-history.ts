import type { ClientRequest } from "node:http";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { collectionPath, type ResourceKind, resources } from "../../src/cluster/resources.ts";
import { asList, asText, at } from "../../src/model/json.ts";
import { type KubeObject, nameOf } from "../../src/model/world.ts";
import type { Bed } from "./bed/bed.ts";
import { namespaceIn, type Replay, type Stored } from "./replay.ts";

/** Who hears of what is stored, and keeps it. */
interface Listener {
  readonly now: Replay;
  take(stored: Stored): void;
}

const revisionOf = (object: KubeObject): number => Number(at(object, "metadata", "resourceVersion"));
const placed = (object: KubeObject): string => `${namespaceIn(object)}/${nameOf(object)}`;

/** Every revision of one kind that is stored from its beginning to its end, by watches from one revision on. */
export class KindHistory {
  private readonly bed: Bed;
  private readonly kind: ResourceKind;
  private readonly listener: Listener;
  private request: ClientRequest | undefined;
  private isOver = false;

  constructor(bed: Bed, kind: ResourceKind, listener: Listener) {
    this.bed = bed;
    this.kind = kind;
    this.listener = listener;
  }

  /** Resolves when what is there now was told. */
  async begin(): Promise<void> {
    const { items, revision } = await this.list();
    for (const stored of items) this.listener.take({ ...stored, isFirst: true });
    void this.watch(revision);
  }

  close(): void {
    this.isOver = true;
    this.request?.destroy();
  }

  /** What is stored now. */
  async list(): Promise<{ readonly items: readonly Stored[]; readonly revision: string }> {
    const path = collectionPath(resources[this.kind]);
    let { status, body } = await this.bed.api(path);
    // While the storage of a new definition is being set up.
    for (const deadline = Date.now() + 20_000; status === 429 && Date.now() < deadline; await sleep(200))
      ({ status, body } = await this.bed.api(path));
    if (status !== 200) throw new Error(`no list of ${this.kind}: ${status}`);
    const list: unknown = JSON.parse(body);
    const items = asList(at(list, "items") as never).map((object) => this.revision(object as KubeObject, false));
    return { items, revision: asText(at(list as KubeObject, "metadata", "resourceVersion")) ?? "" };
  }

  /** Items of a list do not say what they are. */
  private revision(object: KubeObject, isDeleted: boolean): Stored {
    const { kind } = this;
    const { group, version } = resources[kind];
    const apiVersion = group === "" ? version : `${group}/${version}`;
    return { revision: revisionOf(object), at: Date.now(), kind, isDeleted, object: { ...object, apiVersion, kind } };
  }

  /** A watch that the server ends is taken up where it ended. */
  private async watch(from: string): Promise<void> {
    for (let last = from; !this.isOver; await sleep(100)) {
      const heard = await this.hear(last);
      if (this.isOver) return;
      last = heard ?? (await this.catchUp(last));
    }
  }

  /** Until the watch ends: the last revision that it told of; undefined where the server has none from there on. */
  private hear(from: string): Promise<string | undefined> {
    let last: string | undefined = from;
    const request = this.bed.openApi(`${collectionPath(resources[this.kind])}?watch=1&resourceVersion=${from}`);
    this.request = request;
    return new Promise((resolve) => {
      request.on("error", () => resolve(last));
      request.on("response", (response) => {
        const lines = createInterface({ input: response });
        lines.on("line", (line) => {
          const { type, object } = JSON.parse(line) as { type?: string; object?: KubeObject };
          if (type === "ERROR" || response.statusCode === 410) last = undefined;
          if (last === undefined || type === undefined || object === undefined) return;
          last = String(revisionOf(object));
          this.listener.take(this.revision(object, type === "DELETED"));
        });
        for (const stream of [response, lines]) stream.on("error", () => {});
        // The lines of a connection that breaks have no end.
        response.on("close", () => resolve(last));
      });
    });
  }

  /**
   * A server that was started anew has nothing from before: what is there now is what became of it. Of what was stored in
   * between, more than once within that moment, only the last is seen.
   */
  private async catchUp(from: string): Promise<string> {
    const list = await this.list().catch(() => undefined);
    if (!list) return from;
    const present = new Set(list.items.map(({ object }) => placed(object)));
    for (const object of this.listener.now.every(this.kind))
      if (!present.has(placed(object)))
        this.listener.take({ ...this.revision(object, true), revision: Number(list.revision) });
    for (const stored of list.items) if (stored.revision > Number(from)) this.listener.take(stored);
    return list.revision;
  }
}
