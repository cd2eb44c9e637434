import { createHash } from "node:crypto";
import type { Application, Mode, Step } from "../model/application.ts";
import { awaitsTime, isEnded, type StepStatus } from "../model/status.ts";

/** The steps that run, and how. */
export interface RunningSteps {
  readonly mode: Mode;
  readonly subMode: Mode;
  readonly steps: readonly Step[];
}

/**
 * Without a workflow every component is applied by a step of its own, as its dependencies allow
 * (kubevela/kubevela: pkg/workflow/step/generator.go).
 */
export function runningSteps(app: Application): RunningSteps {
  if (app.workflow.steps.length > 0) return app.workflow;
  const steps = app.components.map((component) => ({
    path: component.path,
    raw: {},
    name: component.name,
    type: "apply-component",
    properties: { component: component.name },
    dependsOn: component.dependsOn,
    mode: "DAG" as const,
    subSteps: [],
  }));
  return { mode: "DAG", subMode: "DAG", steps };
}

/** Every status, those of sub-steps after that of their group. */
export const flat = (steps: readonly StepStatus[]): StepStatus[] =>
  steps.flatMap((step) => [step, ...(step.subSteps ?? [])]);

/** Whether a suspend step ends by itself: it has a duration, and no person has suspended it since. */
export const isTimed = ({ type, message }: StepStatus): boolean =>
  type === "suspend" && (message?.startsWith(awaitsTime("")) ?? false);

/** Whether a person suspended the workflow in mid-step: a suspend step waits by itself. */
export const isInterrupted = ({ type, phase, subSteps }: StepStatus): boolean =>
  subSteps ? subSteps.some(isInterrupted) : type !== "suspend" && phase === "suspending";

/** Ten characters that stay the same as long as the step keeps its name. */
const stepId = (name: string): string => createHash("sha256").update(name).digest("hex").slice(0, 10);

export const pendingStatus = (step: Step, message?: string): StepStatus => ({
  id: stepId(step.name),
  name: step.name,
  type: step.type,
  phase: "pending",
  ...(message === undefined ? {} : { message }),
});

/** A step that does not run, and so does none of its sub-steps. */
export const skippedStatus = (step: Step): StepStatus => ({
  ...pendingStatus(step),
  phase: "skipped",
  reason: "Skip",
  ...(step.subSteps.length === 0 ? {} : { subSteps: step.subSteps.map(skippedStatus) }),
});

export const hasBegun = (status: StepStatus | undefined): status is StepStatus =>
  status !== undefined && status.phase !== "pending";

/** What a step says that was ended before it had ended by itself. */
export type Ending = Pick<StepStatus, "reason" | "message">;

/**
 * A step that is ended, with all that is in it: what ran has failed, and says what it had waited for; a suspend step only
 * waited. What had not begun is skipped.
 */
export function endedStatus(step: Step, status: StepStatus | undefined, ending: Ending): StepStatus {
  if (!hasBegun(status)) return skippedStatus(step);
  const { message: _message, ...silent } = status;
  const subSteps = step.subSteps.map((sub) => {
    const known = status.subSteps?.find(({ name }) => name === sub.name);
    return endedStatus(sub, known, ending);
  });
  return {
    ...(isEnded(status) ? status : { ...(step.type === "suspend" ? silent : status), phase: "failed", ...ending }),
    ...(subSteps.length === 0 ? {} : { subSteps }),
  };
}
