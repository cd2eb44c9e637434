import type { Mode, Step } from "./application.ts";
import type { StepOutcome } from "./condition.ts";

/** Where a step stands among the others. */
export interface Place {
  /** How the steps beside it run. */
  readonly mode: Mode;
  /** Those that stand before it, in its group or in the workflow. */
  readonly earlier: readonly Step[];
}

/** What is known of the others, by name. */
export interface Others {
  stepOf(name: string): Step | undefined;
  outcomeOf(name: string): StepOutcome | undefined;
}

/**
 * Whether a step without a condition is skipped: an earlier one has failed where they run one by one, or one that it
 * depends on did not succeed, be it skipped, nor did what that depends on
 * (kubevela/workflow: pkg/executor/workflow.go, findDependPhase).
 */
export const isCutOff = (step: Step, { mode, earlier }: Place, others: Others): boolean =>
  (mode === "StepByStep" && earlier.some(({ name }) => others.outcomeOf(name)?.phase === "failed")) ||
  lacksSuccess(step, others, new Set());

function lacksSuccess({ dependsOn }: Step, others: Others, asked: Set<string>): boolean {
  return dependsOn.some((name) => {
    // A circle, which admission refuses, is asked once.
    if (asked.has(name)) return false;
    asked.add(name);
    const outcome = others.outcomeOf(name);
    const awaited = others.stepOf(name);
    if (outcome !== undefined && outcome.phase !== "succeeded") return true;
    return awaited !== undefined && lacksSuccess(awaited, others, asked);
  });
}
