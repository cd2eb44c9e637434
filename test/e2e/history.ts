import { setTimeout as sleep } from "node:timers/promises";
import type { ResourceKind } from "../../src/cluster/resources.ts";
import { at } from "../../src/model/json.ts";
import type { Bed } from "./bed/bed.ts";
import { breachesOf, type Excuse, type Invariant } from "./invariants.ts";
import { KindHistory } from "./kind-history.ts";
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

/** Every revision of these kinds that is stored from its beginning to its end, by watches from one revision on. */
export class History {
  readonly stored: Stored[] = [];
  readonly excuses: Excuse[] = [];
  private readonly kinds: readonly KindHistory[];
  /** The cluster as far as it was heard of. */
  readonly now = new Replay();
  private readonly waiting = new Set<() => void>();
  private isOver = false;

  private constructor(bed: Bed) {
    this.kinds = kinds.map((kind) => new KindHistory(bed, kind, this));
  }

  static async begin(bed: Bed): Promise<History> {
    const history = new History(bed);
    try {
      await Promise.all(history.kinds.map((kind) => kind.begin()));
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
    for (const kind of this.kinds) kind.close();
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
      for (const { items } of await Promise.all(this.kinds.map((kind) => kind.list())))
        for (const stored of items) replay.take(stored);
      const [seen, real] = [this.now.revisions, replay.revisions];
      const missing = [...real].filter(([place, revision]) => seen.get(place) !== revision);
      if (missing.length === 0 && seen.size === real.size) return;
      if (Date.now() > deadline) throw new Error(`the history lacks ${missing.map(([place]) => place).join(", ")}`);
    }
  }

  take(stored: Stored): void {
    this.stored.push(stored);
    this.now.take(stored);
    for (const look of [...this.waiting]) look();
  }
}
