import { rolloutOf } from "../../model/application.ts";
import { asText, own } from "../../model/json.ts";
import { noProgress } from "../deadline.ts";
import { fullGoal } from "../goal.ts";
import { failure, progressTo } from "../progress.ts";
import type { StepType } from "./step.ts";

/** Applies one component: a canary component is rolled out batch by batch, any other one is written and must be ready. */
export const applyComponent: StepType = {
  type: "apply-component",
  advance(step, _status, { app, canaries, healthOf }) {
    const name = asText(own(step.properties, "component"));
    const component = app.components.find((candidate) => candidate.name === name);
    if (!component) return { phase: "failed", reason: "Execute", message: `component ${name ?? ""} not found` };
    const canary = canaries.find((candidate) => candidate.component === component);
    if (canary)
      return (
        failure(canary) ??
        progressTo(canary.situation, fullGoal(canary.situation, rolloutOf(component)?.batchPartition))
      );
    const health = healthOf(component.name);
    if (health?.healthy) return { phase: "succeeded" };
    if (health?.lack?.isFinal)
      return { phase: "failed", reason: "FailedAfterRetries", message: noProgress(health.lack.text) };
    return { phase: "running", reason: "Wait", message: "wait healthy" };
  },
};
