import { createHash } from "node:crypto";
import type { ApiError } from "../cluster/api.ts";
import { backOff, type Clock } from "../cluster/clock.ts";
import { at } from "../model/json.ts";
import type { KubeObject } from "../model/world.ts";
import type { Trouble } from "../rollout/conditions.ts";
import { type Place, refusalOf } from "./refusal.ts";

/** A write that waits. */
export interface Hold {
  /** Seconds until it may be tried. */
  readonly seconds: number;
  /** What people are told of it; undefined while it may be a matter of moments. */
  readonly trouble: Trouble | undefined;
  /** Somebody else writes the object too, and is not known yet. */
  readonly isFight: boolean;
}

interface Entry {
  /** In a row. */
  failures: number;
  /** Milliseconds on the monotonic clock, as all times here. */
  until: number;
  trouble: Trouble | undefined;
  /** What was last written, and when it had to be written again though nothing else was to be. */
  written: string | undefined;
  writtenAt: number;
  overwrites: readonly number[];
  /** Since when it is left alone, for the how manieth time, and as what it was seen last. */
  fight: { readonly since: number; readonly round: number; readonly seen: string | undefined } | undefined;
}

/** INF-14: more overwrites than these within this time, and the object is left to whoever else writes it. */
const mostOverwrites = 5;
const withinTime = 60_000;
/**
 * It is written again when nobody has changed it for so long, or, to see whether they still do, after a minute. Who answers
 * every write of ours is as quiet as we are: each time it is longer.
 */
const quietOf = (round: number): number => Math.min(10_000 * 2 ** round, longestFight);
const longestFight = 60_000;
const calm = 10_000;

/** Writes that are not to be sent now, by Application and object: others of the same Application go on. */
export class Holds {
  private readonly entries = new Map<string, Map<string, Entry>>();
  private readonly generations = new Map<string, number>();
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Whether a write waits; undefined where it may be sent. `seen` is the object as it was observed. */
  of(key: string, place: Place, seen: KubeObject | undefined): Hold | undefined {
    const entry = this.entries.get(key)?.get(titleOf(place));
    if (!entry) return undefined;
    const now = this.clock.now();
    const { fight } = entry;
    // Who did not answer our last write at once is no fighter any more.
    if (fight && fight.seen === undefined && now - fight.since > calm) {
      entry.fight = undefined;
      return undefined;
    }
    if (fight && fight.seen !== stateOf(seen)) {
      entry.fight = { ...fight, seen: stateOf(seen) };
      entry.until = Math.min(now + quietOf(fight.round), fight.since + longestFight);
    }
    if (entry.until <= now) return undefined;
    const { trouble } = entry;
    return { seconds: (entry.until - now) / 1000, trouble, isFight: fight !== undefined && trouble === undefined };
  }

  /** A write failed; what people are to be told. */
  failed(key: string, place: Place, error: ApiError): Trouble | undefined {
    const entry = this.entry(key, place);
    const { trouble, mostWait } = refusalOf(place, error, ++entry.failures);
    entry.trouble = trouble;
    entry.until = this.clock.now() + backOff(this.clock, entry.failures - 1, undefined, mostWait);
    return trouble;
  }

  /** An object was written as it is to be. Written again and again, somebody else writes it too. */
  written(key: string, place: Place, desired: KubeObject): void {
    const entry = this.entry(key, place);
    const now = this.clock.now();
    const written = createHash("sha256").update(JSON.stringify(desired)).digest("base64url");
    const recent = entry.overwrites.filter((time) => time > now - withinTime);
    entry.overwrites = entry.written === written ? [...recent, now] : [];
    entry.written = written;
    entry.writtenAt = now;
    entry.failures = 0;
    entry.trouble = undefined;
    // Who fought a while ago, and does it again, is not given five more.
    const isAgain = entry.overwrites.length > 0 && entry.fight && now - entry.fight.since < 2 * longestFight;
    const isFight = isAgain || entry.overwrites.length >= mostOverwrites;
    const round = isAgain ? (entry.fight?.round ?? 0) + 1 : 0;
    entry.fight = isFight ? { since: now, round, seen: undefined } : undefined;
    entry.until = isFight ? now + quietOf(round) : now;
  }

  /** A write that nobody does twice. */
  succeeded(key: string, place: Place): void {
    this.entries.get(key)?.delete(titleOf(place));
  }

  /** Who else writes an object. */
  name(key: string, place: Place, trouble: Trouble): void {
    this.entry(key, place).trouble = trouble;
  }

  /** Another spec may be one that is accepted: what was refused is tried at once, and only fights go on. */
  accept(key: string, generation: number): void {
    const now = this.clock.now();
    const places = this.entries.get(key);
    for (const [title, entry] of places ?? []) {
      if (entry.fight === undefined && this.generations.get(key) !== generation)
        entry.until = Math.min(entry.until, now);
      const isOver = now - entry.writtenAt > 2 * longestFight && entry.until <= now && entry.failures === 0;
      if (isOver) places?.delete(title);
    }
    if (places?.size === 0) this.entries.delete(key);
    this.generations.set(key, generation);
  }

  forget(key: string): void {
    this.entries.delete(key);
    this.generations.delete(key);
  }

  private entry(key: string, place: Place): Entry {
    const places = this.entries.get(key) ?? new Map<string, Entry>();
    this.entries.set(key, places);
    const title = titleOf(place);
    const entry = places.get(title) ?? fresh();
    places.set(title, entry);
    return entry;
  }
}

const fresh = (): Entry => ({
  failures: 0,
  until: Number.NEGATIVE_INFINITY,
  trouble: undefined,
  written: undefined,
  writtenAt: Number.NEGATIVE_INFINITY,
  overwrites: [],
  fight: undefined,
});

/** Its generation where it has one: a status that moves is nobody's overwrite. */
const stateOf = (seen: KubeObject | undefined): string =>
  `${at(seen, "metadata", "uid")} ${at(seen, "metadata", "generation") ?? at(seen, "metadata", "resourceVersion")}`;

const titleOf = ({ kind, name, part }: Place): string => `${kind}/${name}/${part ?? ""}`;
