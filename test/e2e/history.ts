import type { ClientRequest } from "node:http";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { collectionPath, type ResourceKind, resources } from "../../src/cluster/resources.ts";
import { asList, asText, at } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import type { Bed } from "./bed/bed.ts";
import { breachesOf, type Excuse, type Invariant } from "./invariants.ts";
import { Replay, type Stored } from "./replay.ts";

/** What D11 speaks of, and what the story is told from. */
const kinds: readonly ResourceKind[] = [
  "Application",
  "ComponentRollout",
  "ControllerRevision",
  "Deployment",
  "VirtualService",
  "DestinationRule",
  "EndpointSlice",
  "Pod",
];
/** A breach that a test caused must be over so long after it. */
const repairMs = 5_000;

const revisionOf = (object: KubeObject): number => Number(at(object, "metadata", "resourceVersion"));

/** Every revision of these kinds that is stored from its beginning to its end, by watches from one revision on. */
export class History {
  readonly stored: Stored[] = [];
  readonly excuses: Excuse[] = [];
  private readonly bed: Bed;
  /** The cluster as far as it was heard of. */
  readonly now = new Replay();
  private readonly waiting = new Set<() => void>();
  private readonly open = new Set<ClientRequest>();
  private isOver = false;

  private constructor(bed: Bed) {
    this.bed = bed;
  }

  static async begin(bed: Bed): Promise<History> {
    const history = new History(bed);
    try {
      await Promise.all(kinds.map((kind) => history.follow(kind)));
    } catch (error) {
      history.close();
      throw error;
    }
    return history;
  }

  /** Does something to the cluster from outside. What this may break, it may break until 5 s later. */
  async outside(cause: string, namespace: string, invariants: readonly Invariant[], act: () => Promise<unknown>) {
    const from = Date.now();
    await act();
    this.excuses.push({ cause, namespace, invariants, from, to: Date.now() + repairMs });
  }

  /** Resolves as soon as a revision is stored after which something is so; at once where it is so now. */
  async until(what: string, isSo: (now: Replay) => boolean, timeoutMs = 120_000): Promise<void> {
    if (this.isOver) throw new Error(`the history is over, and nothing tells of ${what}`);
    if (isSo(this.now)) return;
    await new Promise<void>((resolve, reject) => {
      const done = (act: () => void) => {
        clearTimeout(limit);
        this.waiting.delete(look);
        act();
      };
      const limit = setTimeout(() => done(() => reject(new Error(`not within ${timeoutMs} ms: ${what}`))), timeoutMs);
      const look = () => {
        if (isSo(this.now)) done(resolve);
      };
      this.waiting.add(look);
    });
  }

  /** Resolves when nothing of a namespace was stored for so long, from now on, and something is so. */
  async untilQuiet(namespace: string, quietMs: number, isSo = (_now: Replay) => true): Promise<void> {
    const begin = Date.now();
    const deadline = begin + 180_000;
    const last = () => this.stored.findLast(({ object }) => at(object, "metadata", "namespace") === namespace)?.at ?? 0;
    while (Date.now() - Math.max(begin, last()) < quietMs || !isSo(this.now)) {
      if (Date.now() > deadline) throw new Error(`${namespace} does not come to rest`);
      await sleep(50);
    }
  }

  /** Ends it: all of it in order, after it was made sure that nothing is missing. */
  async end(): Promise<readonly Stored[]> {
    await this.untilComplete();
    this.close();
    return this.inOrder();
  }

  close(): void {
    this.isOver = true;
    for (const request of this.open) request.destroy();
  }

  inOrder(): readonly Stored[] {
    const order = ({ isFirst = false, revision }: Stored) => (isFirst ? 0 : revision);
    return [...this.stored].sort((a, b) => order(a) - order(b));
  }

  /** Ends it, and judges it. */
  async breaches(): Promise<readonly string[]> {
    return breachesOf(await this.end(), this.excuses);
  }

  /** What the history comes to is what the cluster has now. */
  private async untilComplete(): Promise<void> {
    for (const deadline = Date.now() + 20_000; ; await sleep(100)) {
      const replay = new Replay();
      for (const { items } of await Promise.all(kinds.map((kind) => this.list(kind))))
        for (const stored of items) replay.take(stored);
      const [seen, real] = [this.now.revisions, replay.revisions];
      const missing = [...real].filter(([place, revision]) => seen.get(place) !== revision);
      if (missing.length === 0 && seen.size === real.size) return;
      if (Date.now() > deadline) throw new Error(`the history lacks ${missing.map(([place]) => place).join(", ")}`);
    }
  }

  private async list(kind: ResourceKind): Promise<{ readonly items: readonly Stored[]; readonly revision: string }> {
    let { status, body } = await this.bed.api(collectionPath(resources[kind]));
    // While the storage of a new definition is being set up.
    for (const deadline = Date.now() + 20_000; status === 429 && Date.now() < deadline; await sleep(200))
      ({ status, body } = await this.bed.api(collectionPath(resources[kind])));
    if (status !== 200) throw new Error(`no list of ${kind}: ${status}`);
    const list: unknown = JSON.parse(body);
    const items = asList(at(list, "items") as never).map((object) => this.revision(kind, object as KubeObject, false));
    return { items, revision: asText(at(list as KubeObject, "metadata", "resourceVersion")) ?? "" };
  }

  /** Items of a list do not say what they are. */
  private revision(kind: ResourceKind, object: KubeObject, isDeleted: boolean): Stored {
    const { group, version } = resources[kind];
    const apiVersion = group === "" ? version : `${group}/${version}`;
    return { revision: revisionOf(object), at: Date.now(), kind, isDeleted, object: { ...object, apiVersion, kind } };
  }

  private async follow(kind: ResourceKind): Promise<void> {
    const { items, revision } = await this.list(kind);
    for (const stored of items) this.take({ ...stored, isFirst: true });
    void this.watch(kind, revision);
  }

  /** A watch that the server ends is taken up where it ended. */
  private async watch(kind: ResourceKind, from: string): Promise<void> {
    let last = from;
    while (!this.isOver) {
      const request = this.bed.openApi(`${collectionPath(resources[kind])}?watch=1&resourceVersion=${last}`);
      this.open.add(request);
      await new Promise<void>((resolve) => {
        request.on("error", () => resolve());
        request.on("response", (response) => {
          const lines = createInterface({ input: response });
          lines.on("line", (line) => {
            const { type, object } = JSON.parse(line) as { type: string; object: KubeObject };
            if (type === "ERROR") throw new Error(`the history of ${kind} is broken: ${line}`);
            last = String(revisionOf(object));
            this.take(this.revision(kind, object, type === "DELETED"));
          });
          for (const stream of [response, lines]) stream.on("error", () => {});
          lines.on("close", () => resolve());
        });
      });
      this.open.delete(request);
      if (!this.isOver) await sleep(100);
    }
  }

  private take(stored: Stored): void {
    this.stored.push(stored);
    this.now.take(stored);
    for (const look of [...this.waiting]) look();
  }
}
