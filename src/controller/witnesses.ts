import { DiscoveryStream } from "../cluster/discovery-stream.ts";
import type { Istiod } from "../cluster/istiods.ts";
import { type Claim, type Sight, seenSince, sightKey } from "../mesh/claim.ts";
import type { DiscoveryResponse } from "../mesh/discovery.ts";

export interface WitnessOptions {
  /** Ours: the proxies that we pass for are of it. */
  readonly namespace: string;
  /** An istiod is heard no more; it is asked again with the next `hear`. */
  onEnd(host: string, reason: string): void;
}

/** A claim that is waited for: by istiod and kind of proxy, the first push in which it was seen to be so. */
export interface Watched {
  readonly claim: Claim;
  readonly pushes: Map<string, number>;
}

/** What istiods push to proxies, heard as one of each kind that is asked about. */
export class Witnesses {
  private readonly streams = new Map<string, DiscoveryStream>();
  private readonly watched = new Set<Watched>();
  /** Of each stream, the answer that came last. */
  private readonly latest = new Map<string, DiscoveryResponse>();
  /** Those whose answers are not understood, or too long, until nothing is waited for any more. */
  private readonly failed = new Set<string>();
  private istiods: readonly Istiod[] = [];
  private readonly options: WitnessOptions;

  constructor(options: WitnessOptions) {
    this.options = options;
  }

  /**
   * From now on, and in what was heard last: nobody asks who could not tell the push with it from an older one. So it counts, too,
   * where the push was there before the question.
   */
  watch(claim: Claim): Watched {
    const watched: Watched = { claim, pushes: new Map() };
    this.watched.add(watched);
    this.hear(this.istiods);
    for (const [key, response] of this.latest) judge(watched, key, response);
    return watched;
  }

  release(watched: Watched): void {
    this.watched.delete(watched);
  }

  /** Hears these istiods, and no others any more. */
  hear(istiods: readonly Istiod[]): void {
    const hosts = new Set(istiods.map(({ host }) => host));
    for (const { host } of this.istiods.filter((known) => !hosts.has(known.host))) this.drop(host);
    this.istiods = istiods;
    const sights = [...this.watched].flatMap(({ claim }) => claim.sights);
    const needed = new Set(istiods.flatMap(({ host }) => sights.map((sight) => `${host} ${sightKey(sight)}`)));
    for (const key of this.streams.keys()) if (!needed.has(key)) this.end(key);
    for (const istiod of istiods)
      for (const { names, ...eye } of sights) {
        const key = `${istiod.host} ${sightKey(eye)}`;
        if (this.failed.has(key)) continue;
        const stream = this.streams.get(key) ?? this.open(istiod, key, eye);
        stream.watch(names);
      }
  }

  /** The push of an istiod with which all of a claim is so; undefined as long as it was not seen. */
  pushOf({ claim, pushes }: Watched, { host }: Istiod): number | undefined {
    const numbers = claim.sights.map((sight) => pushes.get(`${host} ${sightKey(sight)}`));
    return numbers.every((number) => number !== undefined) ? Math.max(...numbers) : undefined;
  }

  close(): void {
    for (const { host } of this.istiods) this.drop(host);
    this.istiods = [];
    this.failed.clear();
  }

  private open(istiod: Istiod, key: string, { type, labels, resource }: Omit<Sight, "names">): DiscoveryStream {
    const stream = new DiscoveryStream({
      istiod,
      witness: { type, labels, namespace: this.options.namespace },
      resource,
      onResponse: (response) => this.take(key, response),
      onEnd: (reason, isFinal) => {
        this.end(key);
        if (isFinal) this.failed.add(key);
        this.options.onEnd(istiod.host, reason);
      },
    });
    this.streams.set(key, stream);
    return stream;
  }

  private take(key: string, response: DiscoveryResponse): void {
    this.latest.set(key, response);
    for (const watched of this.watched) judge(watched, key, response);
  }

  private drop(host: string): void {
    for (const key of this.streams.keys()) if (key.startsWith(`${host} `)) this.end(key);
  }

  /** Pushes are counted by the process that made them: nothing of it holds for the next one at that address. */
  private end(key: string): void {
    this.streams.get(key)?.close();
    this.streams.delete(key);
    this.latest.delete(key);
    for (const { pushes } of this.watched) pushes.delete(key);
  }
}

/** What an answer on that stream says of a claim. */
function judge({ claim, pushes }: Watched, key: string, response: DiscoveryResponse): void {
  if (!claim.sights.some((sight) => key.endsWith(` ${sightKey(sight)}`))) return;
  const push = seenSince(pushes.get(key), claim, response);
  if (push === undefined) pushes.delete(key);
  else pushes.set(key, push);
}
