import { asInteger, asList, asObject, at, type JsonObject, own } from "../model/json.ts";
import { formatTime } from "../model/time.ts";
import type { KubeObject } from "../model/world.ts";

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

/**
 * A condition of a status; its time (now: seconds since the epoch) moves only when it turns, so that an unchanged one is not
 * written again.
 */
export function conditionOf(before: JsonObject, condition: Condition, now: number): JsonObject {
  const { type, status, reason, message } = condition;
  const known = asList(own(before, "conditions")).find(
    (item) => own(item, "type") === type && own(item, "status") === status,
  );
  const lastTransitionTime = own(known, "lastTransitionTime") ?? formatTime(now);
  return { type, status, reason, lastTransitionTime, message };
}

/** Why what is planned for an Application cannot be done. */
export interface Trouble {
  /** In one word, for machines: the type of a condition, and the reason why the Application is not Ready. */
  readonly type: "Blocked" | "MeshConfigRejected" | "Conflict" | "Invalid";
  /** What is wrong, and what a person could do. */
  readonly message: string;
}

/** The status of an Application that is in trouble: its spec was seen, and it is not Ready (now: seconds since the epoch). */
export function troubledStatus(
  app: KubeObject,
  planned: JsonObject | undefined,
  { type, message }: Trouble,
  now: number,
): JsonObject {
  const stored = asObject(own(app, "status"));
  const said = { reason: type, message };
  return {
    status: "starting",
    ...(planned ?? stored),
    observedGeneration: asInteger(at(app, "metadata", "generation")) ?? 1,
    conditions: [
      conditionOf(stored, { type: "Ready", status: "False", ...said }, now),
      conditionOf(stored, { type, status: "True", ...said }, now),
    ],
  };
}

/** Whether a condition of an Application is true. */
export const isTrue = (app: KubeObject, type: Trouble["type"]): boolean =>
  asList(at(app, "status", "conditions")).some(
    (condition) => own(condition, "type") === type && own(condition, "status") === "True",
  );

/** Whether an Application says so of itself. */
export const isTold = (app: KubeObject, { type, message }: Trouble): boolean =>
  asList(at(app, "status", "conditions")).some(
    (condition) => own(condition, "type") === type && own(condition, "message") === message,
  );
