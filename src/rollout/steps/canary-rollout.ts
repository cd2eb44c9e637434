import { canarySteps } from "../../model/workflow.ts";
import { canaryGoal } from "../goal.ts";
import { progressTo } from "../progress.ts";
import type { StepType } from "./step.ts";

/** Runs the batches up to its partition, then moves the traffic to its weights. */
export const canaryRollout: StepType = {
  type: "canary-rollout",
  advance(step, _status, { app, canaries }) {
    const canary = canarySteps(app).find((candidate) => candidate.step.path === step.path);
    const component = canaries.find((candidate) => candidate.component.name === canary?.component?.name);
    if (!canary || !component)
      return { phase: "failed", reason: "Execute", message: "its revisions belong to no canary component" };
    const { stable, target } = component.situation;
    if (stable === target) return { phase: "succeeded", message: `nothing to roll out, ${target} is stable` };
    return progressTo(component.situation, canaryGoal(canary, component.situation));
  },
};
