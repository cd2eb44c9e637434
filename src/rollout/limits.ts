import type { Application, Step } from "../model/application.ts";
import { parseDuration } from "../model/duration.ts";
import { asText, own } from "../model/json.ts";
import { isEnded, type StepStatus, type WorkflowStatus } from "../model/status.ts";
import { parseTime } from "../model/time.ts";
import { flat, hasBegun, isInterrupted, isTimed, runningSteps } from "./workflow-steps.ts";

/** When a step that has begun fails unless it has ended by then, in seconds since the epoch: its timeout counts from there. */
export const timeoutOf = (step: Step, status: StepStatus): number | undefined =>
  after(status, asText(own(step.raw, "timeout")));

/** When a suspend step with a duration goes on by itself. */
export const durationEnd = (step: Step, status: StepStatus): number | undefined =>
  isTimed(status) ? after(status, asText(own(step.properties, "duration"))) : undefined;

function after({ firstExecuteTime }: StepStatus, duration: string | undefined): number | undefined {
  const seconds = parseDuration(duration ?? "");
  const since = parseTime(firstExecuteTime ?? "");
  return seconds === undefined || since === undefined ? undefined : since + seconds;
}

/** An open step, and when it fails. */
export interface Limit {
  readonly step: Step;
  readonly at: number;
}

/**
 * The timeouts that run, the earliest first; not those of suspends that go on by themselves before. Where a person
 * suspended in mid-step, none is looked at until the workflow goes on.
 */
export function limitsOf(app: Application, { steps: statuses, finished }: WorkflowStatus): readonly Limit[] {
  if (finished || statuses.some(isInterrupted)) return [];
  const known = new Map(flat(statuses).map((status) => [status.name, status]));
  const steps = runningSteps(app).steps.flatMap((step) => [step, ...step.subSteps]);
  const limits = steps.flatMap((step) => {
    const status = known.get(step.name);
    if (!hasBegun(status) || isEnded(status)) return [];
    const at = timeoutOf(step, status);
    return at === undefined || at >= (durationEnd(step, status) ?? Number.POSITIVE_INFINITY) ? [] : [{ step, at }];
  });
  return limits.sort((a, b) => a.at - b.at);
}
