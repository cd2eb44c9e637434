import { asInteger, asObject, asText, at, type JsonObject, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import type { WorkflowStatus } from "../model/status.ts";
import { type KubeObject, nameOf } from "../model/world.ts";
import { metadata, type Owner } from "../render/owner.ts";
import type { CanaryComponent } from "./component.ts";
import type { Decision } from "./decide.ts";
import type { Aim } from "./goal.ts";
import { type Action, find } from "./observed.ts";
import { laterThan, preciseTime } from "./stable-since.ts";
import { weightOf } from "./weights.ts";
import { ensure } from "./write.ts";

/** The phases of a component, as `kubectl get componentrollouts` shows them. */
export type ComponentPhase = "Pending" | "Rolling" | "Returning" | "Waiting" | "Stable" | "Stalled" | "Failed";

/** `underWay`: of a component that is not yet where it is to be. */
export function componentPhase({ move, phase, batch, dead }: Decision, underWay: ComponentPhase): ComponentPhase {
  if (dead.length > 0) return "Stalled";
  if (phase === "Complete") return "Stable";
  if (move?.kind === "wait" && move.on === "stuck") return underWay === "Failed" ? "Failed" : "Stalled";
  if (phase === "Returning") return "Returning";
  if (phase === "Reached") return batch < 0 ? "Pending" : "Waiting";
  return underWay;
}

/** Whoever terminates a workflow has a component stay where it is, which is no failure. */
function phaseUnderWay({ hasFailed, isStopped }: Aim, { status }: WorkflowStatus): ComponentPhase {
  if ((hasFailed && !isStopped) || status === "failed") return "Failed";
  return status === "terminated" ? "Waiting" : "Rolling";
}

/** The ComponentRollout of a component: what people and admission read; nothing is decided on but sizes and failures. */
export function recordOf(
  canary: CanaryComponent,
  aim: Aim,
  decision: Decision,
  { workflow, owner }: { readonly workflow: WorkflowStatus; readonly owner: Owner },
): KubeObject {
  const { component } = canary;
  const { situation } = aim;
  const isComplete = decision.phase === "Complete";
  const stable = isComplete ? situation.target : situation.stable;
  const size = isComplete ? situation.size : situation.settledSize;
  const failed = failedRevision(canary, decision);
  const status: JsonObject = {
    ...(stable === undefined ? {} : { stable }),
    target: situation.target,
    phase: componentPhase(decision, phaseUnderWay(aim, workflow)),
    batch: decision.batch,
    batches: situation.batches.length,
    ...(situation.weights === undefined ? {} : { weight: weightOf(situation.weights, situation.target) }),
    ...(size === undefined ? {} : { size }),
    ...(failed === undefined ? {} : { failed }),
  };
  return {
    apiVersion: "rollguard.dev/v1alpha1",
    kind: "ComponentRollout",
    metadata: metadata(owner, component, component.name),
    status,
  };
}

export const recordWrite = (objects: readonly KubeObject[], record: KubeObject): readonly Action[] =>
  ensure(objects, record).map((action) => ({
    ...action,
    event: progressText(find(objects, "ComponentRollout", nameOf(record)), record),
  }));

/** What a component became; one that is rolling still, which batch of it runs. */
function progressText(before: KubeObject | undefined, record: KubeObject): string {
  const [was, is] = [before, record].map((each) => asObject(own(each, "status")));
  const name = nameOf(record);
  const batch = asInteger(own(is, "batch")) ?? 0;
  const isRolling = own(was, "phase") === "Rolling" && own(is, "phase") === "Rolling";
  return isRolling && own(was, "batch") !== batch
    ? `${name} runs batch ${batch + 1} of ${asInteger(own(is, "batches")) ?? 1}`
    : `${name} is ${asText(own(is, "phase")) ?? ""}`;
}

/** A revision whose pods made no progress has failed, until the spec wants another one. */
function failedRevision({ failed, desired, situation }: CanaryComponent, { move }: Decision): string | undefined {
  const isStuck = move?.kind === "wait" && move.on === "stuck" && move.revision === situation.target;
  if (isStuck && situation.target !== situation.stable) return situation.target;
  return failed === desired ? failed : undefined;
}

/**
 * A revision that has become stable says so, and since when, on its ControllerRevision: the one that the component was taken
 * to, which after a rollback step is another than its spec asks for.
 */
export function stableMark(
  { revisions, known }: CanaryComponent,
  { situation }: Aim,
  decision: Decision,
  now: number,
): readonly Action[] {
  const revision = revisions.find((candidate) => nameOf(candidate) === situation.target);
  if (decision.phase !== "Complete" || situation.stable === situation.target || !revision) return [];
  const { managedFields: _managed, resourceVersion: _version, ...kept } = asObject(own(revision, "metadata"));
  const annotations = {
    ...asObject(at(revision, "metadata", "annotations")),
    [names.stableSince]: preciseTime(laterThan(known, now)),
  };
  return [
    {
      do: "apply",
      object: { ...revision, metadata: { ...kept, annotations } },
      event: `${nameOf(revision)} is stable`,
    },
  ];
}
