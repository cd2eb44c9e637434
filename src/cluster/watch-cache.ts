import type { KubeObject } from "../model/world.ts";
import type { Clock } from "./clock.ts";

/** Something happened to the object of this key: look again. Without `after` it is gone. */
export interface Change {
  /** `<namespace>/<name>`; the namespace is "" for a cluster-scoped kind. */
  readonly key: string;
  /** As it was told last; undefined where it was not there. Of another uid only where an earlier change could not be told. */
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
}

/** An object as it came, with what tells it from an older or another one of the same name. */
export interface Arrival {
  readonly key: string;
  readonly uid: string;
  readonly revision: string;
  readonly object: KubeObject;
}

interface Entry {
  readonly uid: string;
  readonly revision: string;
  /** Undefined once it was deleted: what comes late about it is still older. */
  readonly object: KubeObject | undefined;
}

export interface Listener {
  onChange(change: Change): void;
  /** A listener threw. It is told the same again, as it is then. */
  onFault(error: unknown): void;
}

/** Objects handled before others get their turn. */
const batch = 250;
const tellAgainAfter = 1000;

/** What is known of one resource. It never goes back in time, object by object, unless the server itself does. */
export class WatchCache {
  /** Up to where the server was heard; a watch goes on from here. */
  revision: string | undefined;
  private readonly entries = new Map<string, Entry>();
  /** What we deleted since the last list was asked for: that list may be older than the deletion. */
  private readonly forgotten = new Set<string>();
  /** Changes whose listener threw, and what it knew before. */
  private readonly owed = new Map<string, KubeObject | undefined>();
  private cancel: (() => void) | undefined;
  private readonly listener: Listener;
  private readonly clock: Clock;

  constructor(listener: Listener, clock: Clock) {
    this.listener = listener;
    this.clock = clock;
  }

  get(key: string): KubeObject | undefined {
    return this.entries.get(key)?.object;
  }

  *objects(): Generator<KubeObject> {
    for (const { object } of this.entries.values()) if (object) yield object;
  }

  /** Everything up to this revision has been told. */
  advance(revision: string | undefined): void {
    if (isLater(revision, this.revision)) this.revision = revision;
  }

  upsert(arrival: Arrival): void {
    this.advance(arrival.revision);
    this.learn(arrival);
  }

  /** What the answer to a write of ours says; the watch still has to tell what others did before it. */
  learn(arrival: Arrival): void {
    const known = this.entries.get(arrival.key);
    if (!known || isLater(arrival.revision, known.revision)) this.enter(arrival, known);
  }

  /** We deleted it: what comes late about it is older. */
  forget(key: string): void {
    const known = this.entries.get(key);
    if (!known?.object) return;
    this.entries.set(key, { ...known, object: undefined });
    this.forgotten.add(key);
    this.tell(key, known.object);
  }

  delete({ key, uid, revision }: Arrival): void {
    this.advance(revision);
    const known = this.entries.get(key);
    if (known && !isLater(revision, known.revision)) return;
    this.entries.set(key, { uid, revision, object: undefined });
    if (known?.object) this.tell(key, known.object);
  }

  /** A list is asked for: what it holds of what was deleted before is there still. */
  begin(): void {
    this.forgotten.clear();
  }

  /** Whether a server at that revision has lost what it had told. */
  isRewind(revision: string): boolean {
    return isLater(this.revision, revision);
  }

  /**
   * A complete list takes the place of all that is known up to its revision; what is not in it was deleted. What our own
   * writes taught since is newer, and the watch from that revision on will tell what became of it.
   */
  async replace(arrivals: ReadonlyMap<string, Arrival>, revision: string, pause: () => Promise<void>): Promise<void> {
    const isRewind = this.isRewind(revision);
    let handled = 0;
    const rest = async () => {
      if (++handled % batch === 0) await pause();
    };
    for (const [key, known] of this.entries) {
      if (arrivals.has(key) || (!isRewind && isLater(known.revision, revision))) continue;
      this.entries.delete(key);
      if (known.object) this.tell(key, known.object);
      await rest();
    }
    for (const arrival of arrivals.values()) {
      const known = this.entries.get(arrival.key);
      if (known && !isRewind && !isLater(arrival.revision, known.revision) && !this.isBack(arrival, known)) continue;
      this.enter(arrival, known);
      await rest();
    }
    this.revision = revision;
  }

  /** Deleted by us, it was thought, and listed after that as it was. */
  private isBack({ key, revision }: Arrival, known: Entry): boolean {
    return known.object === undefined && known.revision === revision && !this.forgotten.has(key);
  }

  stop(): void {
    this.cancel?.();
    this.owed.clear();
  }

  private enter({ key, uid, revision, object }: Arrival, known: Entry | undefined): void {
    const before = known?.object;
    if (before && known.uid !== uid) {
      // One that was made anew under its name is another one: first the one, then the other.
      this.entries.set(key, { uid, revision, object: undefined });
      this.tell(key, before);
    }
    this.entries.set(key, { uid, revision, object });
    this.tell(key, known?.uid === uid ? before : undefined);
  }

  /** A listener that throws hurts no other object, and is told again until it does not. */
  private tell(key: string, known: KubeObject | undefined): void {
    const before = this.owed.has(key) ? this.owed.get(key) : known;
    try {
      this.listener.onChange({ key, before, after: this.get(key) });
      this.owed.delete(key);
    } catch (error) {
      this.owed.set(key, before);
      this.listener.onFault(error);
      this.cancel ??= this.clock.after(tellAgainAfter, () => this.tellAgain());
    }
  }

  private tellAgain(): void {
    this.cancel = undefined;
    for (const key of [...this.owed.keys()]) this.tell(key, undefined);
  }
}

/** Revisions are numbers that grow (kubernetes/community: api-conventions.md); what is no number is always later. */
export function isLater(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined;
  if (!/^\d+$/.test(a) || !/^\d+$/.test(b)) return a !== b;
  return a.length === b.length ? a > b : a.length > b.length;
}
