import { type Application, type Component, rolloutOf } from "../model/application.ts";
import { asText, own } from "../model/json.ts";
import type { StepStatus } from "../model/status.ts";
import { type CanaryStep, canarySteps, type RollbackStep, rollbackSteps, runningOrder } from "../model/workflow.ts";
import type { CanaryComponent } from "./component.ts";
import type { Goal, Situation } from "./situation.ts";
import { flat, runningSteps } from "./workflow-steps.ts";

const lastBatch = ({ batches }: Situation): number => batches.length - 1;

/** All batches, or those up to a partition, with traffic that follows the pods. */
export const fullGoal = (situation: Situation, partition = lastBatch(situation)): Goal => ({
  partition: Math.min(partition, lastBatch(situation)),
  weight: undefined,
});

/** The batches and weights of a canary step. */
export const canaryGoal = ({ batchPartition = 0, targets }: CanaryStep, situation: Situation): Goal => ({
  partition: Math.min(batchPartition, lastBatch(situation)),
  weight: targets.find(({ revision }) => revision === situation.target)?.weight ?? 0,
});

/** Nothing has begun for the component: it stays as it is. */
export const standstill: Goal = { partition: -1, weight: undefined };

/** Where a component is to be taken now, and how far. */
export interface Aim {
  readonly situation: Situation;
  readonly goal: Goal;
  /** Whether the step that took it there has failed: it stays where it is, though other steps may run still. */
  readonly hasFailed: boolean;
  /** Whether it has because a command terminated the workflow. */
  readonly isStopped: boolean;
}

/**
 * The aim of a component: that of the last of its canary steps that has begun, or all of it where it has none. A rollback
 * step takes back also what is stable by then.
 */
export function aimOf(canary: CanaryComponent, app: Application, statuses: readonly StepStatus[]): Aim {
  const { component, situation, returnsFrom } = canary;
  const partition = rolloutOf(component)?.batchPartition;
  const steps = stepsOf(component, app);
  const latest = steps.findLast(({ step }) => hasBegun(step.name, statuses));
  const last = statusOf(latest?.step.name ?? applierOf(component, app), statuses);
  const hasFailed = last?.phase === "failed";
  const ended = { hasFailed, isStopped: hasFailed && last.reason === "Terminate" };
  if (latest && isRollback(latest) && returnsFrom === undefined)
    return { situation: { ...situation, target: latest.revision }, goal: fullGoal(situation), ...ended };
  if (situation.target === situation.stable) return { situation, goal: fullGoal(situation, partition), ...ended };
  if (steps.length === 0) {
    const goal = isDeployed(component.name, app, statuses) ? fullGoal(situation, partition) : standstill;
    return { situation, goal, ...ended };
  }
  return { situation, goal: latest && !isRollback(latest) ? canaryGoal(latest, situation) : standstill, ...ended };
}

/** The canary steps of a component, in running order. */
const stepsOf = (component: Component, app: Application): readonly (CanaryStep | RollbackStep)[] => {
  const steps = [...canarySteps(app), ...rollbackSteps(app)].filter((step) => step.component === component);
  return runningOrder(app).flatMap((step) => steps.find((candidate) => candidate.step === step) ?? []);
};

const isRollback = (step: CanaryStep | RollbackStep): step is RollbackStep => "revision" in step;

/** The name of the step that applies a component without canary steps. */
const applierOf = ({ name }: Component, app: Application): string | undefined =>
  runningSteps(app)
    .steps.flatMap((step) => [step, ...step.subSteps])
    .find((step) => step.type === "apply-component" && own(step.properties, "component") === name)?.name;

const statusOf = (name: string | undefined, statuses: readonly StepStatus[]): StepStatus | undefined =>
  flat(statuses).find((step) => step.name === name);

const hasBegun = (name: string, statuses: readonly StepStatus[]): boolean => {
  const status = statusOf(name, statuses);
  return status !== undefined && status.phase !== "pending" && status.phase !== "skipped";
};

/** A component is applied by its own step, or with the first canary step of any component, which applies the rest. */
export function isDeployed(component: string, app: Application, statuses: readonly StepStatus[]): boolean {
  const steps = app.workflow.steps.flatMap((step) => [step, ...step.subSteps]);
  if (steps.length === 0) return hasBegun(component, statuses);
  return steps.some((step) => {
    const applies = step.type === "apply-component" && asText(own(step.properties, "component")) === component;
    return (
      (applies || step.type === "canary-rollout" || step.type === "canary-rollback") && hasBegun(step.name, statuses)
    );
  });
}
