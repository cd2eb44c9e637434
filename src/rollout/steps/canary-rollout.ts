import type { StepStatus } from "../../model/status.ts";
import { parseTime } from "../../model/time.ts";
import { canarySteps } from "../../model/workflow.ts";
import type { CanaryComponent } from "../component.ts";
import { canaryGoal } from "../goal.ts";
import { failure, progressTo } from "../progress.ts";
import type { StepType } from "./step.ts";

/** Runs the batches up to its partition, then moves the traffic to its weights. */
export const canaryRollout: StepType = {
  type: "canary-rollout",
  advance(step, status, { app, canaries }) {
    const canary = canarySteps(app).find((candidate) => candidate.step.path === step.path);
    const component = canaries.find((candidate) => candidate.component.name === canary?.component?.name);
    if (!canary || !component)
      return { phase: "failed", reason: "Execute", message: "its revisions belong to no canary component" };
    const failed = failure(component);
    if (failed) return failed;
    const { stable, target } = component.situation;
    if (stable === target)
      return hasRolledOut(component, status)
        ? { phase: "succeeded" }
        : { phase: "succeeded", message: `nothing to roll out, ${target} is stable` };
    return progressTo(component.situation, canaryGoal(canary, component.situation));
  },
};

/** Whether the target became stable since the step began: then it was this step that rolled it out. */
function hasRolledOut({ known, situation }: CanaryComponent, { firstExecuteTime }: StepStatus): boolean {
  const since = known.find(({ name }) => name === situation.target)?.stableSince;
  return (parseTime(since ?? "") ?? 0) >= (parseTime(firstExecuteTime ?? "") ?? Number.POSITIVE_INFINITY);
}
