import { type Application, type Component, canaryComponents, type Step } from "./application.ts";
import { evaluate, isFault, parseCondition, type StepOutcome, stepsOf } from "./condition.ts";
import { asInteger, asList, asText, at, join, own } from "./json.ts";
import { componentOfRevision } from "./revision.ts";
import { endedBefore } from "./waits.ts";

/** Every step and sub-step, in the order of the document; a group stands before its sub-steps. */
export const allSteps = (app: Application): readonly Step[] =>
  app.workflow.steps.flatMap((step) => [step, ...step.subSteps]);

/** Whether `a` has certainly ended before `b` begins. */
export const precedes = (app: Application, a: Step, b: Step): boolean => endedBefore(app, b).has(a.path);

const orders = new WeakMap<Application, readonly Step[]>();

/** Steps in the order in which they run; steps that may run at the same time keep the order of the document. */
export function runningOrder(app: Application): readonly Step[] {
  const order = orders.get(app) ?? inOrder(app);
  orders.set(app, order);
  return order;
}

/** In a circle no step can run first; the first of the document is taken. */
function inOrder(app: Application): Step[] {
  const waiting = [...allSteps(app)];
  const order: Step[] = [];
  while (waiting.length > 0) {
    const next = waiting.findIndex((step) => !waiting.some((other) => other !== step && precedes(app, other, step)));
    order.push(...waiting.splice(Math.max(next, 0), 1));
  }
  return order;
}

/**
 * The steps that run where none fails, in running order: a step whose condition (`if`) asks for a failure is left out,
 * and so is all of a group that is.
 */
export function stepsOnSuccess(app: Application): readonly Step[] {
  const outcomes = new Map<string, StepOutcome>();
  const runs = (step: Step): boolean => {
    if (!outcomes.has(step.name))
      outcomes.set(step.name, { phase: holds(app, step, outcomes) ? "succeeded" : "skipped" });
    return outcomes.get(step.name)?.phase === "succeeded";
  };
  const groups = new Map(app.workflow.steps.flatMap((group) => group.subSteps.map((sub) => [sub, group] as const)));
  return runningOrder(app).filter((step) => {
    const group = groups.get(step);
    return (group === undefined || runs(group)) && runs(step);
  });
}

/** A condition that cannot be read, or asks for a step that there is not, holds: another rule refuses it. */
function holds(app: Application, step: Step, outcomes: ReadonlyMap<string, StepOutcome>): boolean {
  const condition = parseCondition(asText(own(step.raw, "if")) ?? "always");
  if (isFault(condition)) return true;
  const names = allSteps(app).map(({ name }) => name);
  return stepsOf(condition).some((name) => !names.includes(name)) || evaluate(condition, (name) => outcomes.get(name));
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

const memo = new WeakMap<Application, readonly CanaryStep[]>();

/** The canary-rollout steps, in running order. Remembered per Application: many rules ask. */
export function canarySteps(app: Application): readonly CanaryStep[] {
  const found = memo.get(app) ?? readCanarySteps(app);
  memo.set(app, found);
  return found;
}

const readCanarySteps = (app: Application): readonly CanaryStep[] =>
  runningOrder(app)
    .filter((step) => step.type === "canary-rollout")
    .map((step) => readCanaryStep(app, step));

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
    component: component && canaryComponents(app).includes(component) ? component : undefined,
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

export function rollbackSteps(app: Application): readonly RollbackStep[] {
  return runningOrder(app).flatMap((step) => {
    const revision = asText(own(step.properties, "rollbackVersion"));
    if (step.type !== "canary-rollback" || revision === undefined) return [];
    return [
      {
        step,
        path: `${step.path}.properties.rollbackVersion`,
        revision,
        component: componentOf(app, [revision]),
      },
    ];
  });
}
