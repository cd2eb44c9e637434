import { type Application, rolloutOf } from "../model/application.ts";
import { asText, own } from "../model/json.ts";
import type { StepStatus } from "../model/status.ts";
import { type CanaryStep, canarySteps, rollbackSteps } from "../model/workflow.ts";
import type { CanaryComponent } from "./component.ts";
import type { Goal, Situation } from "./situation.ts";

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
}

/**
 * The aim of a component: that of the last of its canary steps that has begun, or all of it where it has none. A rollback
 * step takes back also what is stable by then.
 */
export function aimOf(canary: CanaryComponent, app: Application, statuses: readonly StepStatus[]): Aim {
  const { component, situation } = canary;
  const partition = rolloutOf(component)?.batchPartition;
  const rollbacks = rollbackSteps(app).filter((step) => step.component === component);
  const back = rollbacks.filter(({ step }) => hasBegun(step.name, statuses)).at(-1);
  if (back && canary.returnsFrom === undefined)
    return { situation: { ...situation, target: back.revision }, goal: fullGoal(situation) };
  if (situation.target === situation.stable) return { situation, goal: fullGoal(situation, partition) };
  const rollouts = canarySteps(app).filter((step) => step.component === component);
  if (rollouts.length + rollbacks.length === 0) {
    return { situation, goal: isDeployed(component.name, app, statuses) ? fullGoal(situation, partition) : standstill };
  }
  const latest = rollouts.filter(({ step }) => hasBegun(step.name, statuses)).at(-1);
  return { situation, goal: latest ? canaryGoal(latest, situation) : standstill };
}

const hasBegun = (name: string, statuses: readonly StepStatus[]): boolean => {
  const status = statuses.flatMap((step) => [step, ...(step.subSteps ?? [])]).find((step) => step.name === name);
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
