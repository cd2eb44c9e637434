import {
  type Application,
  type Component,
  canaryComponents,
  type Mode,
  onceForWorkflow,
  type Planned,
  type Step,
  traitOf,
} from "./application.ts";
import { evaluate, isFault, parseCondition, type StepOutcome, stepsOf } from "./condition.ts";
import { isCutOff, type Others, type Place } from "./cut-off.ts";
import { asInteger, asList, asText, at, join, own } from "./json.ts";
import { remembered } from "./remembered.ts";
import { firstOf } from "./repeats.ts";
import { componentOfRevision } from "./revision.ts";
import { momentsOf } from "./waits.ts";

/** Every step and sub-step, in the order of the document; a group stands before its sub-steps. */
export const allSteps = onceForWorkflow(({ workflow }): readonly Step[] =>
  workflow.steps.flatMap((step) => [step, ...step.subSteps]),
);

/** Whether `a` has certainly ended before `b` begins. */
export function precedes(app: Planned, a: Step, b: Step): boolean {
  const moments = momentsOf(app);
  return ((moments.get(a.path)?.end ?? 0n) & (moments.get(b.path)?.before ?? 0n)) !== 0n;
}

/**
 * Steps in the order in which they run; steps that may run at the same time keep the order of the document. In a circle
 * no step can run first; the first of the document is taken.
 */
export const runningOrder = onceForWorkflow((app): readonly Step[] => {
  const moments = momentsOf(app);
  const waiting = [...allSteps(app)];
  const order: Step[] = [];
  let open = waiting.reduce((ends, { path }) => ends | (moments.get(path)?.end ?? 0n), 0n);
  while (waiting.length > 0) {
    const isNext = ({ path }: Step): boolean => {
      const { end, before } = moments.get(path) ?? { end: 0n, before: 0n };
      return (before & open & ~end) === 0n;
    };
    const [next] = waiting.splice(Math.max(waiting.findIndex(isNext), 0), 1) as [Step];
    open &= ~(moments.get(next.path)?.end ?? 0n);
    order.push(next);
  }
  return order;
});

/**
 * The steps that run where none fails, in running order: a step whose condition (`if`) asks for a failure is left out,
 * and so is all of a group that is, and what depends on it.
 */
export const stepsOnSuccess = onceForWorkflow((app): readonly Step[] => stepsToRun(app, new Map()));

/** The steps that run where those that have ended came to what is told, and no other fails; in running order. */
export function stepsToRun(app: Planned, ended: ReadonlyMap<string, StepOutcome>): readonly Step[] {
  const steps = firstOf(allSteps(app), ({ name }) => name);
  const places = placesOf(app);
  const outcomes = new Map(ended);
  const others: Others = {
    stepOf: (name) => steps.get(name),
    outcomeOf: (name) => {
      const { subSteps = [] } = steps.get(name) ?? {};
      const isEmpty = subSteps.length > 0 && subSteps.every((sub) => outcomes.get(sub.name)?.phase === "skipped");
      return isEmpty ? { phase: "skipped" } : outcomes.get(name);
    },
  };
  const runs = (step: Step): boolean => {
    const { group, ...place } = places.get(step.path) as StepPlace;
    const known = outcomes.get(step.name);
    if (known) return known.phase !== "skipped";
    if (group && !runs(group)) return false;
    const { if: condition } = step.raw;
    return condition === undefined ? !isCutOff(step, place, others) : holds(step, steps, others);
  };
  return runningOrder(app).filter((step) => {
    const isRun = runs(step);
    if (!outcomes.has(step.name)) outcomes.set(step.name, { phase: isRun ? "succeeded" : "skipped" });
    return isRun;
  });
}

interface StepPlace extends Place {
  readonly group: Step | undefined;
}

/** Where each step stands, by its path. */
function placesOf(app: Planned): ReadonlyMap<string, StepPlace> {
  const among = (steps: readonly Step[], mode: Mode, group?: Step) =>
    steps.map((step, i) => [step.path, { mode, earlier: steps.slice(0, i), group }] as const);
  const { steps, mode } = app.workflow;
  return new Map([...among(steps, mode), ...steps.flatMap((group) => among(group.subSteps, group.mode, group))]);
}

/** A condition that cannot be read, or asks for a step that there is not, holds: another rule refuses it. */
function holds(step: Step, steps: ReadonlyMap<string, Step>, { outcomeOf }: Others): boolean {
  const condition = parseCondition(asText(own(step.raw, "if")) ?? "always");
  if (isFault(condition)) return true;
  return stepsOf(condition).some((name) => !steps.has(name)) || evaluate(condition, outcomeOf);
}

export interface WeightedTarget {
  readonly path: string;
  readonly revision: string;
  readonly weight: number;
}

/** A `canary-rollout` step whose members have the right types. */
export interface CanaryStep {
  readonly step: Step;
  /** Path of the step's properties. */
  readonly path: string;
  readonly batchPartition: number | undefined;
  readonly targets: readonly WeightedTarget[];
  /** Whether those are all that are listed. */
  readonly isComplete: boolean;
  /** Every revision that is named, also beside a weight of the wrong type. */
  readonly revisions: readonly string[];
  /** The canary component that all revisions belong to (the step does not name one), where it is one only. */
  readonly component: Component | undefined;
}

/** The canary-rollout steps, in running order. Remembered per Application: many rules ask. */
export const canarySteps = remembered((app: Application): readonly CanaryStep[] =>
  runningOrder(app)
    .filter((step) => step.type === "canary-rollout")
    .map((step) => readCanaryStep(app, step)),
);

function readCanaryStep(app: Application, step: Step): CanaryStep {
  const path = join(step.path, "properties");
  const listed = asList(at(step.properties, "traffic", "weightedTargets"));
  const targets = listed.flatMap((target, i) => {
    const revision = asText(own(target, "revision"));
    const weight = asInteger(own(target, "weight"));
    if (revision === undefined || weight === undefined || weight < 0 || weight > 100) return [];
    return [{ path: `${path}.traffic.weightedTargets[${i}]`, revision, weight }];
  });
  const revisions = listed.flatMap((target) => asText(own(target, "revision")) ?? []);
  const partition = asInteger(own(step.properties, "batchPartition"));
  const component = componentOf(app, revisions);
  return {
    step,
    path,
    batchPartition: partition !== undefined && partition >= 0 ? partition : undefined,
    targets,
    isComplete: targets.length === listed.length,
    revisions,
    component: component && traitOf(component, "rollout") ? component : undefined,
  };
}

/**
 * The component that revisions belong to. A name that tells none (an external revision of before is nowhere in the spec) is
 * taken to go with the others, and alone with the only component that has revisions.
 */
function componentOf(app: Application, revisions: readonly string[]): Component | undefined {
  const told = new Set(revisions.flatMap((revision) => componentOfRevision(app, revision) ?? []));
  const canaries = canaryComponents(app);
  const [only] = told.size === 0 && revisions.length > 0 && canaries.length === 1 ? canaries : told;
  return told.size < 2 ? only : undefined;
}

/** A `canary-rollback` step: all traffic and pods go back to `revision`. */
export interface RollbackStep {
  readonly step: Step;
  readonly path: string;
  readonly revision: string;
  readonly component: Component | undefined;
}

export const rollbackSteps = remembered((app: Application): readonly RollbackStep[] =>
  runningOrder(app).flatMap((step) => {
    const revision = asText(own(step.properties, "rollbackVersion"));
    if (step.type !== "canary-rollback" || revision === undefined) return [];
    const path = `${step.path}.properties.rollbackVersion`;
    return [{ step, path, revision, component: componentOf(app, [revision]) }];
  }),
);
