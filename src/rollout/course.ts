import { type Application, type Component, rolloutOf, type Step, sum } from "../model/application.ts";
import { type Change, canaryBefore } from "../model/change.ts";
import { asText, own } from "../model/json.ts";
import type { Standing } from "../model/standing.ts";
import { allSteps, canarySteps, precedes, rollbackSteps, stepsOnSuccess } from "../model/workflow.ts";
import { movedBy } from "./resize.ts";

/** A part of what a component goes through on its way to another revision. */
export type Leg =
  /** So many of its pods are of the new revision, with so many percent of the traffic; undefined: it follows ready pods. */
  | { readonly kind: "pods"; readonly pods: number; readonly of: number; readonly weight: number | undefined }
  /** It has so many pods, and after each batch so many, of the revision that it has. */
  | { readonly kind: "sizes"; readonly sizes: readonly number[] }
  /** A step of the workflow waits: for so long, or for a person. */
  | { readonly kind: "pause"; readonly step: string; readonly duration: string | undefined }
  /** A rollback step takes everything to this revision. */
  | { readonly kind: "back"; readonly revision: string }
  /** The trait's batchPartition lets no later batch run. */
  | { readonly kind: "held"; readonly partition: number }
  /** No step of the workflow reaches the component. */
  | { readonly kind: "unreached" };

/** What a component goes through if nothing fails, in the order in which it happens. */
export function courseOf(component: Component, { app }: Change, { desired, stable }: Standing): readonly Leg[] {
  const { targetSize: size = 0, batchPartition } = rolloutOf(component) ?? {};
  // A return does not wait for the workflow, and has no batches.
  if (desired === stable) return [{ kind: "pods", pods: size, of: size, weight: undefined }];
  const legs = canaryLegs(component, app, desired);
  if (legs.size === 0) return plainCourse(component, app, batchPartition);
  const steps = stepsOnSuccess(app);
  const ours = steps.filter((step) => legs.has(step));
  if (ours.length === 0) return [{ kind: "unreached" }];
  return steps.flatMap((step) => legs.get(step) ?? (isStopOf(app, step, ours) ? [pause(step)] : []));
}

/** What a component goes through to another size of the same revision; nothing where it has it. */
export function resizeOf(component: Component, change: Change, standing: Standing): readonly Leg[] {
  const { stable, desired, settledSize: from } = standing;
  const { batchPartition: partition, targetSize: to } = rolloutOf(component) ?? {};
  const before = canaryBefore(change, component.name);
  if (stable !== desired || from === undefined || to === undefined || before === undefined) return [];
  const [pods = from] = stagesOf(before, from, standing.batch).slice(-1);
  const isReached = (size: number): boolean => (to > from ? size <= pods : size >= pods);
  const ahead = stagesOf(component, from, partition).filter((size) => !isReached(size));
  const sizes = (to > from ? pods > to : pods < to) || to === from ? [to] : ahead;
  const stages = [pods, ...sizes].filter((size, i, all) => size !== all[i - 1]);
  if (stages.length === 1) return [];
  const isHeld = partition !== undefined && stages.at(-1) !== to;
  return [{ kind: "sizes", sizes: stages }, ...(isHeld ? [{ kind: "held", partition } as const] : [])];
}

/** The pods of a component after each of its batches up to the last that may run, on its way from a size to its own. */
function stagesOf(component: Component, from: number, last: number | undefined): readonly number[] {
  const { batches = [], targetSize: to = from } = rolloutOf(component) ?? {};
  const sizes = movedBy(batches, Math.abs(to - from)).map((moved) => (to > from ? from + moved : from - moved));
  return sizes.slice(0, last === undefined ? undefined : last + 1);
}

/** What the canary steps of a component do, also those that do not run. */
function canaryLegs(component: Component, app: Application, desired: string): ReadonlyMap<Step, Leg> {
  const { batches = [], targetSize: of = 0 } = rolloutOf(component) ?? {};
  const rollouts = canarySteps(app).flatMap((canary) => {
    if (canary.component !== component) return [];
    const { step, batchPartition = 0, targets } = canary;
    const pods = batchPartition >= batches.length - 1 ? of : sum(batches.slice(0, batchPartition + 1));
    const weight = targets.find(({ revision }) => revision === desired)?.weight ?? 0;
    return [[step, { kind: "pods", pods, of, weight }] as const];
  });
  const back = rollbackSteps(app).flatMap(({ component: whose, step, revision }) =>
    whose === component ? [[step, { kind: "back", revision }] as const] : [],
  );
  return new Map<Step, Leg>([...rollouts, ...back]);
}

/** Without canary steps of its own a component waits for the step that applies it, and runs its batches then. */
function plainCourse(component: Component, app: Application, partition: number | undefined): readonly Leg[] {
  const batches = batchLegs(component, partition);
  if (allSteps(app).length === 0) return batches;
  const steps = stepsOnSuccess(app);
  const deploys = steps.find((step) => applies(step, component));
  if (!deploys) return [{ kind: "unreached" }];
  return [...steps.filter((step) => isStop(step) && precedes(app, step, deploys)).map(pause), ...batches];
}

/** The first canary step of any component applies all those that no other step does. */
const applies = (step: Step, component: Component): boolean =>
  step.type === "apply-component"
    ? asText(own(step.properties, "component")) === component.name
    : step.type === "canary-rollout" || step.type === "canary-rollback";

function batchLegs(component: Component, partition: number | undefined): readonly Leg[] {
  const { batches = [], targetSize: of = 0 } = rolloutOf(component) ?? {};
  const run = batches.slice(0, partition === undefined ? undefined : partition + 1);
  const legs = run.map((_, i): Leg => ({ kind: "pods", pods: sum(run.slice(0, i + 1)), of, weight: undefined }));
  return partition === undefined || run.length === batches.length ? legs : [...legs, { kind: "held", partition }];
}

const isStop = (step: Step): boolean => step.type === "suspend";

/** Whether a step stops the workflow between, before or after the steps of a component, and not beside them. */
const isStopOf = (app: Application, step: Step, ours: readonly Step[]): boolean =>
  isStop(step) && ours.some((other) => precedes(app, step, other) || precedes(app, other, step));

const pause = (step: Step): Leg => ({
  kind: "pause",
  step: step.name,
  duration: asText(own(step.properties, "duration")),
});
