import { asText, at } from "../model/json.ts";
import type { KubeObject } from "../model/world.ts";
import { type ApiError, asApiError } from "./api.ts";
import { backOff, type Clock, sleep, systemClock } from "./clock.ts";
import type { KindWatch, Phase, WatchOptions, WatchState } from "./kind-watch.ts";
import { arrivalOf, currentRevision, list, pause, selectionPath } from "./list.ts";
import { WatchCache } from "./watch-cache.ts";
import { type WatchEvent, watchStream } from "./watch-stream.ts";

export type { KindWatch, WatchOptions, WatchState } from "./kind-watch.ts";
export type { Change } from "./watch-cache.ts";

/** Lists and watches one resource until it is stopped. It never gives up, and never throws. */
export const watchKind = (options: WatchOptions): KindWatch => new Watch(options);

const never = Number.NEGATIVE_INFINITY;
/** A watch that was open for so long has cured what was before it. */
const healthyAfter = 10_000;
/** With watches of 240 to 300 s there is a full list at least every 10 minutes: it finds what no event told. */
const listEvery = 360_000;
const failuresBeforeList = 5;

class Watch implements KindWatch {
  private readonly options: WatchOptions;
  private readonly clock: Clock;
  private readonly cache: WatchCache;
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  private phase: Phase = "listing";
  private isSynced = false;
  private heardAt = never;
  private listedAt = never;
  private openedAt = Number.POSITIVE_INFINITY;
  private lists = 0;
  private rewinds = 0;
  private faults = 0;
  private failure: ApiError | undefined;

  constructor(options: WatchOptions) {
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.cache = new WatchCache({ onChange: (change) => options.onChange(change), onFault: this.fault }, this.clock);
    this.running = this.run();
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.cache.get(`${namespace}/${name}`);
  }

  objects(): Iterable<KubeObject> {
    return this.cache.objects();
  }

  learn(object: KubeObject): void {
    this.cache.learn(arrivalOf(this.options, object));
  }

  forget(object: KubeObject): void {
    this.cache.forget(arrivalOf(this.options, object).key);
  }

  get state(): WatchState {
    const { phase, isSynced, lists, rewinds, faults, failure } = this;
    const silence = this.clock.now() - this.heardAt;
    return { kind: this.options.resource.kind, phase, isSynced, silence, lists, rewinds, faults, failure };
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.cache.stop();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 0; !signal.aborted; ) {
      this.openedAt = Number.POSITIVE_INFINITY;
      const failure = await this.turn();
      const isHealthy = this.clock.now() - this.openedAt >= healthyAfter;
      const delay = Math.max(backOff(this.clock, isHealthy ? 0 : failures), (failure?.retryAfter ?? 0) * 1000);
      failures = isHealthy ? 0 : failures + 1;
      if (failures % failuresBeforeList === 0 && failures > 0) this.listedAt = never;
      this.phase = "pausing";
      await sleep(this.clock, delay, signal);
    }
    this.phase = "stopped";
  }

  /** A list where one is due, and a watch until it ends; the failure that ended it. */
  private async turn(): Promise<ApiError | undefined> {
    try {
      if (await this.isListDue()) await this.list();
      await this.follow();
      return undefined;
    } catch (error) {
      const failure = asApiError(error);
      // What cannot be read, or is no longer there, is no better at the second reading.
      if (failure.isGone || failure.reason === "Malformed") this.listedAt = never;
      if (failure.isNotFound) this.unknown();
      this.failure = failure;
      return failure;
    }
  }

  /** A server that went back takes a revision from before for one to come, and is silent until it is there: it must be asked. */
  private async isListDue(): Promise<boolean> {
    if (this.clock.now() - this.listedAt >= listEvery) return true;
    this.phase = "opening";
    return this.cache.isRewind(await currentRevision(this.options, this.stopping.signal));
  }

  private async list(): Promise<void> {
    this.phase = "listing";
    const { signal } = this.stopping;
    this.cache.begin();
    const { arrivals, revision } = await list(this.options, signal, this.heard);
    if (this.cache.isRewind(revision)) {
      this.rewinds++;
      this.guard(() => this.options.onRewind?.());
    }
    await this.cache.replace(arrivals, revision, () => pause(signal));
    this.lists++;
    this.listedAt = this.clock.now();
    this.synced();
  }

  private async follow(): Promise<void> {
    this.phase = "opening";
    const path = selectionPath(this.options, {
      watch: 1,
      allowWatchBookmarks: "true",
      resourceVersion: this.cache.revision,
      timeoutSeconds: 240 + Math.floor(this.clock.random() * 60),
    });
    const hearing = { api: this.options.api, clock: this.clock, signal: this.stopping.signal, onHeard: this.heard };
    for await (const event of watchStream(path, { ...hearing, onOpen: this.opened })) this.take(event);
  }

  private take({ type, object }: WatchEvent): void {
    if (type === "BOOKMARK") this.cache.advance(asText(at(object, "metadata", "resourceVersion")));
    else if (type === "ADDED" || type === "MODIFIED") this.cache.upsert(arrivalOf(this.options, object));
    else if (type === "DELETED") this.cache.delete(arrivalOf(this.options, object));
  }

  private readonly opened = (): void => {
    this.openedAt = this.clock.now();
    this.phase = "following";
    this.heard();
  };

  private readonly heard = (): void => {
    this.heardAt = this.clock.now();
    this.failure = undefined;
  };

  /** That the cluster does not know the resource is an answer too, and until it does nothing is missed. */
  private unknown(): void {
    this.heardAt = this.clock.now();
    this.synced();
  }

  private synced(): void {
    if (this.isSynced) return;
    this.isSynced = true;
    this.guard(() => this.options.onSynced?.());
  }

  private guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.fault(error);
    }
  }

  private readonly fault = (error: unknown): void => {
    this.faults++;
    this.options.onFault(error);
  };
}
