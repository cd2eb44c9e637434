import { randomUUID } from "node:crypto";
import { asText, at, type JsonObject } from "../model/json.ts";
import { type KubeObject, nameOf } from "../model/world.ts";

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
  /** Of what it is an episode: the same in another one is told anew. */
  readonly episode?: string;
}

/** What was told, how often, and when first and last, in milliseconds since the epoch: it is written later. */
export interface Told {
  readonly telling: Telling;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** A new Event of events.k8s.io/v1. `instance` is the process that tells. */
export function eventOf(told: Told, instance: string): JsonObject {
  const { regarding, type, reason, action, note } = told.telling;
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: {
      name: `${nameOf(regarding)
        .slice(0, 200)
        .replace(/[^a-z0-9]+$/, "")}.${randomUUID()}`,
      namespace: namespaceOf(regarding),
    },
    eventTime: microTime(told.firstAt),
    reportingController: "rollguard.dev/controller",
    reportingInstance: instance.slice(0, 128),
    type,
    reason: reason.slice(0, 128),
    action: action.slice(0, 128),
    note: shortened(note),
    regarding: reference(regarding),
    ...repetition(told),
  };
}

/** What is written into an Event when the same was told again. */
export const repetition = ({ count, lastAt }: Told): JsonObject =>
  count < 2 ? {} : { series: { count, lastObservedTime: microTime(lastAt) } };

/** Events about an object that is in no namespace are kept in `default`. */
export const namespaceOf = (object: KubeObject): string => asText(at(object, "metadata", "namespace")) ?? "default";

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
