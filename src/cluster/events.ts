import { at } from "../model/json.ts";
import { nameOf } from "../model/world.ts";
import { type Api, ApiError } from "./api.ts";
import { type Clock, systemClock } from "./clock.ts";
import { eventOf, namespaceOf, repetition, type Telling, type Told } from "./event.ts";
import { collectionPath, objectPath, resources } from "./resources.ts";

export interface EventsOptions {
  readonly api: Api;
  /** Which process tells: its host name. */
  readonly instance: string;
  /** An Event could not be written: nothing else fails for it. */
  onFault(error: unknown): void;
  readonly clock?: Clock;
}

/** One Event in the cluster. */
interface Series extends Told {
  /** Undefined while it could not be written. */
  name: string | undefined;
  count: number;
  lastAt: number;
  writtenAt: number;
  written: Promise<void>;
  cancel: (() => void) | undefined;
}

const writeEvery = 60_000;
/** The API server itself forgets Events after an hour. */
const forgottenAfter = 3_600_000;
const maxSeries = 2000;

/** Events of events.k8s.io/v1. The same about the same object is written once a minute at most, and counted. */
export class Events {
  private readonly api: Api;
  private readonly instance: string;
  private readonly clock: Clock;
  private readonly series = new Map<string, Series>();
  private readonly writes = new Set<Promise<void>>();
  private readonly onFault: EventsOptions["onFault"];

  constructor({ api, instance, onFault, clock = systemClock }: EventsOptions) {
    this.api = api;
    this.instance = instance;
    this.onFault = onFault;
    this.clock = clock;
  }

  tell(telling: Telling): void {
    const { regarding, reason, note, episode = "" } = telling;
    const key = JSON.stringify([at(regarding, "metadata", "uid") ?? nameOf(regarding), reason, note, episode]);
    const known = this.recent(key);
    const date = this.clock.date();
    if (known) {
      known.count++;
      known.lastAt = date;
      this.schedule(known);
      return;
    }
    const series: Series = {
      telling,
      name: undefined,
      count: 1,
      firstAt: date,
      lastAt: date,
      writtenAt: this.clock.now(),
      written: Promise.resolve(),
      cancel: undefined,
    };
    this.series.delete(key);
    this.series.set(key, series);
    this.forget();
    this.write(series);
  }

  /** Resolves when all that was told is written. */
  async close(): Promise<void> {
    for (const series of this.series.values()) {
      series.cancel?.();
      if (series.cancel) this.write(series);
    }
    this.series.clear();
    await Promise.all(this.writes);
  }

  private recent(key: string): Series | undefined {
    const known = this.series.get(key);
    return known && this.clock.now() - known.writtenAt < forgottenAfter ? known : undefined;
  }

  private forget(): void {
    for (const [key, { cancel }] of this.series) {
      if (this.series.size <= maxSeries) return;
      cancel?.();
      this.series.delete(key);
    }
  }

  /** Writes the count when a minute has passed since the last write. */
  private schedule(series: Series): void {
    series.cancel ??= this.clock.after(Math.max(0, series.writtenAt + writeEvery - this.clock.now()), () => {
      series.cancel = undefined;
      this.write(series);
    });
  }

  /** One after the other: the second writes into the Event that the first has made. */
  private write(series: Series): void {
    series.writtenAt = this.clock.now();
    const write: Promise<void> = series.written
      .then(() => this.send(series))
      .catch(this.onFault)
      .finally(() => this.writes.delete(write));
    series.written = write;
    this.writes.add(write);
  }

  private async send(series: Series): Promise<void> {
    if (series.name !== undefined && (await this.recount(series, series.name))) return;
    const namespace = namespaceOf(series.telling.regarding);
    const body = eventOf(series, this.instance);
    series.name = nameOf(
      await this.api.call({ method: "POST", path: collectionPath(resources.Event, namespace), body }),
    );
  }

  /** Writes the count into an Event; whether it was still there. */
  private async recount(series: Series, name: string): Promise<boolean> {
    const path = objectPath(resources.Event, namespaceOf(series.telling.regarding), name);
    const body = repetition(series);
    try {
      await this.api.call({ method: "PATCH", path, contentType: "application/merge-patch+json", body });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.isNotFound) return false;
      throw error;
    }
  }
}
