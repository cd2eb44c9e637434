import { randomUUID } from "node:crypto";
import { asText, at, type JsonObject } from "../model/json.ts";
import { type KubeObject, nameOf } from "../model/world.ts";
import { type Api, ApiError } from "./api.ts";
import { type Clock, systemClock } from "./clock.ts";
import { collectionPath, objectPath, resources } from "./resources.ts";

export interface EventsOptions {
  readonly api: Api;
  /** Which process tells: its host name. */
  readonly instance: string;
  /** An Event could not be written: nothing else fails for it. */
  onFault(error: unknown): void;
  readonly clock?: Clock;
}

/** What is told about an object. */
export interface Telling {
  readonly regarding: KubeObject;
  readonly type: "Normal" | "Warning";
  /** In one word, for machines: `RolloutStarted`. */
  readonly reason: string;
  /** What was done. */
  readonly action: string;
  /** For people. */
  readonly note: string;
}

/** One Event in the cluster, and how often the same was told. */
interface Series {
  readonly telling: Telling;
  /** Undefined while it could not be written. */
  name: string | undefined;
  count: number;
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
    const { regarding, reason, note } = telling;
    const key = JSON.stringify([at(regarding, "metadata", "uid") ?? nameOf(regarding), reason, note]);
    const known = this.recent(key);
    if (known) {
      known.count++;
      this.schedule(known);
      return;
    }
    const series: Series = {
      telling,
      name: undefined,
      count: 1,
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
    const body = this.event(series, namespace);
    series.name = nameOf(
      await this.api.call({ method: "POST", path: collectionPath(resources.Event, namespace), body }),
    );
  }

  /** Writes the count into an Event; whether it was still there. */
  private async recount(series: Series, name: string): Promise<boolean> {
    const path = objectPath(resources.Event, namespaceOf(series.telling.regarding), name);
    const body = this.repetition(series);
    try {
      await this.api.call({ method: "PATCH", path, contentType: "application/merge-patch+json", body });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.isNotFound) return false;
      throw error;
    }
  }

  private repetition({ count }: Series): JsonObject {
    return count < 2 ? {} : { series: { count, lastObservedTime: microTime(this.clock.date()) } };
  }

  private event(series: Series, namespace: string): JsonObject {
    const { regarding, type, reason, action, note } = series.telling;
    return {
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      metadata: {
        name: `${nameOf(regarding)
          .slice(0, 200)
          .replace(/[^a-z0-9]+$/, "")}.${randomUUID()}`,
        namespace,
      },
      eventTime: microTime(this.clock.date()),
      reportingController: "rollguard.dev/controller",
      reportingInstance: this.instance.slice(0, 128),
      type,
      reason: reason.slice(0, 128),
      action: action.slice(0, 128),
      note: shortened(note),
      regarding: reference(regarding),
      ...this.repetition(series),
    };
  }
}

/** Events about an object that is in no namespace are kept in `default`. */
const namespaceOf = (object: KubeObject): string => asText(at(object, "metadata", "namespace")) ?? "default";

const reference = (object: KubeObject): JsonObject => ({
  apiVersion: at(object, "apiVersion"),
  kind: at(object, "kind"),
  name: nameOf(object),
  namespace: at(object, "metadata", "namespace"),
  uid: at(object, "metadata", "uid"),
});

const maxNote = 1024;

/** The API server counts bytes. */
function shortened(note: string): string {
  if (Buffer.byteLength(note) <= maxNote) return note;
  const kept = Buffer.from(note).subarray(0, maxNote - Buffer.byteLength("…"));
  return `${kept.toString("utf8").replace(/\ufffd+$/, "")}…`;
}

/** A metav1.MicroTime, which must have six digits after the point. */
export const microTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace("Z", "000Z");
