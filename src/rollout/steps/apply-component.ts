import { rolloutOf } from "../../model/application.ts";
import { asText, own } from "../../model/json.ts";
import { fullGoal } from "../goal.ts";
import { failure, progressTo } from "../progress.ts";
import type { StepType } from "./step.ts";

/** Applies one component: a canary component is rolled out batch by batch, any other one is written and must be ready. */
export const applyComponent: StepType = {
  type: "apply-component",
  advance(step, _status, { app, canaries, isHealthy }) {
    const name = asText(own(step.properties, "component"));
    const component = app.components.find((candidate) => candidate.name === name);
    if (!component) return { phase: "failed", reason: "Execute", message: `component ${name ?? ""} not found` };
    const canary = canaries.find((candidate) => candidate.component === component);
    if (canary)
      return (
        failure(canary) ??
        progressTo(canary.situation, fullGoal(canary.situation, rolloutOf(component)?.batchPartition))
      );
    return isHealthy(component.name)
      ? { phase: "succeeded" }
      : { phase: "running", reason: "Wait", message: "wait healthy" };
  },
};
