import { asInteger, asList, asObject, asText, at, type Json, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { parseTime } from "../model/time.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";

export interface PodView {
  readonly name: string;
  /** `Ready`, or in one word what keeps it: `Pending`, `CrashLoopBackOff`, `Terminating`. */
  readonly state: string;
  readonly restarts: number;
  readonly ageSeconds: number;
}

/** The pods of a revision of a component, or, where none is given, those outside any; oldest first. */
export const podsOf = (
  objects: readonly KubeObject[],
  component: string,
  revision: string | undefined,
  now: number,
): readonly PodView[] =>
  objects
    .filter((object) => own(object, "kind") === "Pod" && labelOf(object, names.component) === component)
    .filter((pod) => labelOf(pod, names.revision) === revision)
    .map((pod) => podView(pod, now))
    .sort((a, b) => b.ageSeconds - a.ageSeconds || (a.name < b.name ? -1 : 1));

function podView(pod: KubeObject, now: number): PodView {
  const containers = asList(at(pod, "status", "containerStatuses"));
  return {
    name: nameOf(pod),
    state: stateOf(pod, containers),
    restarts: containers.reduce<number>((total, it) => total + (asInteger(own(it, "restartCount")) ?? 0), 0),
    ageSeconds: Math.max(0, now - (parseTime(asText(at(pod, "metadata", "creationTimestamp")) ?? "") ?? now)),
  };
}

function stateOf(pod: KubeObject, containers: readonly Json[]): string {
  if (at(pod, "metadata", "deletionTimestamp") !== undefined) return "Terminating";
  const ready = asList(at(pod, "status", "conditions")).find((condition) => own(condition, "type") === "Ready");
  if (own(ready, "status") === "True") return "Ready";
  const reasons = containers.flatMap((container) =>
    ["waiting", "terminated"].flatMap((state) => asText(at(asObject(container), "state", state, "reason")) ?? []),
  );
  const phase = asText(at(pod, "status", "phase")) ?? "Pending";
  return reasons.find((reason) => reason !== "Completed") ?? (phase === "Running" ? "NotReady" : phase);
}
