import type { KubeObject } from "../model/world.ts";
import type { ApiError } from "./api.ts";
import type { Clock } from "./clock.ts";
import type { Selection } from "./list.ts";
import type { Change } from "./watch-cache.ts";

export interface WatchOptions extends Selection {
  /** Called for every change, one at a time, in the order of the server; must return at once. What it throws is repeated. */
  onChange(change: Change): void;
  /** The first list is complete, or the cluster does not know the resource. */
  onSynced?(): void;
  /** The server has forgotten what it had told, as after a restore of etcd; all its objects are told again. */
  onRewind?(): void;
  /** A listener threw: a fault of ours, to be logged. */
  onFault(error: unknown): void;
  readonly clock?: Clock;
}

export type Phase = "listing" | "opening" | "following" | "pausing" | "stopped";

/** For health, metrics and whoever must not act on what is old. */
export interface WatchState {
  readonly kind: string;
  readonly phase: Phase;
  readonly isSynced: boolean;
  /** Milliseconds since the server was last heard; unbounded before the first time. A sound watch hears a bookmark a minute. */
  readonly silence: number;
  readonly lists: number;
  readonly rewinds: number;
  readonly faults: number;
  /** The failure since which nothing was heard. */
  readonly failure: ApiError | undefined;
}

/** A resource as the server has it, some milliseconds ago. */
export interface KindWatch {
  /** An object by its namespace ("" where it has none) and name. */
  get(namespace: string, name: string): KubeObject | undefined;
  objects(): Iterable<KubeObject>;
  /** Takes in the answer to a write, so that what is decided next is decided on it. */
  learn(object: KubeObject): void;
  /** The same for an object that was deleted. */
  forget(object: KubeObject): void;
  readonly state: WatchState;
  /** Resolves when nothing of it goes on. */
  stop(): Promise<void>;
}
