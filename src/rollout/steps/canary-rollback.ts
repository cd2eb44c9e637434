import { rollbackSteps } from "../../model/workflow.ts";
import { fullGoal } from "../goal.ts";
import { progressTo } from "../progress.ts";
import type { StepType } from "./step.ts";

/** Takes all pods and all traffic back to the revision that it names. */
export const canaryRollback: StepType = {
  type: "canary-rollback",
  advance(step, _status, { app, canaries }) {
    const rollback = rollbackSteps(app).find((candidate) => candidate.step.path === step.path);
    const component = canaries.find((candidate) => candidate.component.name === rollback?.component?.name);
    if (!rollback || !component)
      return { phase: "failed", reason: "Execute", message: "its revision belongs to no canary component" };
    return progressTo({ ...component.situation, target: rollback.revision }, fullGoal(component.situation));
  },
};
