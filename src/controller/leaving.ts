import { isLeaving } from "../model/deletion.ts";
import { asInteger, asList, asText, at } from "../model/json.ts";
import { parseTime } from "../model/time.ts";
import { type KubeObject, nameOf } from "../model/world.ts";
import type { Trouble } from "../rollout/conditions.ts";
import type { Action } from "../rollout/observed.ts";
import type { Place } from "./refusal.ts";

/** Kinds whose controllers do nothing more for an object that is being deleted (kubernetes: deployment_controller.go). */
const abandoned: readonly unknown[] = ["Deployment", "Job", "CronJob"];

/** Whether a write would change nothing until the object that was `seen` is gone. */
export function isInVain(action: Action, seen: KubeObject | undefined): boolean {
  if (action.do === "write-status" || !isLeaving(seen)) return false;
  return action.do === "remove" || abandoned.includes(action.object["kind"]);
}

/**
 * What a plan is to see: without Deployments that are being deleted and have no pods, which are as good as gone. One that
 * has pods still serves until they end.
 */
export const present = (
  objects: readonly KubeObject[],
  ready: Readonly<Record<string, number>>,
): readonly KubeObject[] => (objects.some(isLeaving) ? objects.filter((object) => !isLeft(object, ready)) : objects);

const isLeft = (object: KubeObject, ready: Readonly<Record<string, number>>): boolean =>
  object["kind"] === "Deployment" &&
  isLeaving(object) &&
  (asInteger(at(object, "status", "replicas")) ?? 0) === 0 &&
  (ready[nameOf(object)] ?? 0) === 0;

/** How long an object that is being deleted is waited for. */
export interface Stay {
  readonly seconds: number;
  /** Undefined while it may be a matter of moments. */
  readonly trouble: Trouble | undefined;
}

/** Seconds that nobody is told of, and between looks after them; the end of it is heard of. */
const usual = 10;
const lookAgainIn = 30;
const mostNamed = 5;

/** `now`: seconds since the epoch. */
export function stayOf({ kind, name }: Place, seen: KubeObject | undefined, now: number): Stay {
  const since = asText(at(seen, "metadata", "deletionTimestamp")) ?? "";
  const left = Math.min(usual, usual - (now - (parseTime(since) ?? now)));
  if (left > 0) return { seconds: left, trouble: undefined };
  const finalizers = asList(at(seen, "metadata", "finalizers")).map(String);
  const more = finalizers.length > mostNamed ? `, and ${finalizers.length - mostNamed} more` : "";
  const message =
    `${kind} ${name} is being deleted (metadata.deletionTimestamp ${since}), and stays until its finalizers are taken away: ` +
    `${finalizers.slice(0, mostNamed).join(", ")}${more}; what comes after it waits until then`;
  return { seconds: lookAgainIn, trouble: { type: "Blocked", message } };
}
