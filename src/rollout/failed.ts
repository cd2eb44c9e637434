import type { StepStatus, WorkflowStatus } from "../model/status.ts";
import { isComplete } from "./decide.ts";
import type { Underway } from "./retreat.ts";
import type { Situation } from "./situation.ts";
import { flat } from "./workflow-steps.ts";

interface Failed {
  readonly workflow: WorkflowStatus;
  readonly rollouts: readonly Underway[];
}

/** What goes, or went, back by itself, and for what; undefined where nothing does. */
export function goneBack({ rollouts, workflow }: Failed): string | undefined {
  const back = rollouts.map(({ canary }) => canary).filter(({ returnsFrom }) => returnsFrom !== undefined);
  if (back.length === 0) return undefined;
  const own = back.filter(({ failed, returnsFrom }) => failed === returnsFrom);
  const others = back.filter((canary) => !own.includes(canary));
  const told = [
    ...own.map(({ failed, situation }) => `${failed} failed and ${is(situation)} rolled back to ${situation.target}`),
    ...others.map(({ component, situation }) => `${component.name} ${goes(situation)} back to ${situation.target}`),
  ].join(", ");
  return own.length > 0
    ? `${told}${others.length > 0 ? " with it" : ""}`
    : `the workflow failed: ${failedStep(workflow)}; ${told}`;
}

const is = (situation: Situation): string => (isComplete(situation) ? "was" : "is");
const goes = (situation: Situation): string => (isComplete(situation) ? "went" : "goes");

/** A step that timed out says what it had waited for until then. */
export function failedStep({ steps }: WorkflowStatus): string {
  const failed = flat(steps).find((step) => step.phase === "failed" && !step.subSteps);
  const why = [failed?.reason === "Timeout" ? "timeout" : undefined, failed?.message].filter((text) => text);
  return `step ${failed?.name ?? ""}${why.length > 0 ? ` (${why.join(": ")})` : ""}`;
}

export const hasFailed = ({ phase, subSteps = [] }: StepStatus): boolean =>
  phase === "failed" || subSteps.some(hasFailed);
