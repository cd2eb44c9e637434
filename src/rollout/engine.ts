import type { Application } from "../model/application.ts";
import { isEnded, type StepStatus, type WorkflowStatus } from "../model/status.ts";
import { formatTime } from "../model/time.ts";
import { durationEnd } from "./limits.ts";
import { type EngineContext, Turn } from "./turn.ts";
import { type Ending, endedStatus, flat, isInterrupted, type RunningSteps, runningSteps } from "./workflow-steps.ts";

export interface Run {
  readonly status: WorkflowStatus;
  /** Seconds until a timeout or duration ends; undefined where none runs. */
  readonly wakeIn: number | undefined;
  /** Whether until then nothing happens unless a person resumes it. */
  readonly isUpToPerson?: boolean;
}

/**
 * One turn of the workflow: resumes what was resumed, begins what may begin, and takes over what running steps came to.
 * Time passes only through `now`; running it twice at one time gives the same status.
 */
export function runWorkflow(app: Application, previous: WorkflowStatus | undefined, context: EngineContext): Run {
  const running = runningSteps(app);
  const isNew = previous === undefined || previous.appRevision !== context.appRevision;
  const status = isNew ? begun(running, context) : resumed(previous, running, context);
  if (status.finished) return { status, wakeIn: undefined };
  if (status.terminated)
    return { status: closed(status, running, context, { reason: "Terminate" }), wakeIn: undefined };
  if (status.suspend && context.failure) {
    const { reason, message } = context.failure;
    const ending = { ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) };
    return { status: { ...closed(status, running, context, ending), status: "failed" }, wakeIn: undefined };
  }
  if (isHeld(status)) return { status: { ...status, status: "suspending" }, wakeIn: undefined };
  const turn = new Turn(context, running);
  const after = concluded({ ...status, steps: turn.take(status.steps) }, running, context);
  const ends = suspendsLeft(after, running, context).map(({ left }) => Math.max(0, left));
  const goesOn = ends.length > 0 || turn.wakeIn !== undefined || flat(after.steps).some(isRunning);
  const due = [turn.wakeIn, turn.limitIn, ...ends].filter((seconds) => seconds !== undefined);
  const wakeIn = after.finished || due.length === 0 ? undefined : Math.min(...due);
  return { status: after, wakeIn, isUpToPerson: after.suspend && !goesOn };
}

const isRunning = ({ phase, subSteps }: StepStatus): boolean => phase === "running" && subSteps === undefined;

/**
 * Whether nothing is to be looked at until a person resumes: one has suspended what ran. While only suspend steps wait, the
 * steps beside them go on, and timeouts run (kubevela/workflow: pkg/executor/workflow.go, checkWorkflowSuspended).
 */
const isHeld = ({ suspend, steps }: WorkflowStatus): boolean =>
  suspend && (steps.some(isInterrupted) || !flat(steps).some(isWaiting));

const isWaiting = ({ type, phase }: StepStatus): boolean => type === "suspend" && phase === "suspending";

function begun({ mode, subMode }: RunningSteps, { now, appRevision }: EngineContext): WorkflowStatus {
  const flags = { suspend: false, terminated: false, finished: false };
  return {
    appRevision,
    mode: `${mode}-${subMode}`,
    status: "executing",
    ...flags,
    startTime: formatTime(now),
    steps: [],
  };
}

/** Every step and sub-step status, changed by `change`. */
const eachStep = (steps: readonly StepStatus[], change: (step: StepStatus) => StepStatus): StepStatus[] =>
  steps.map((step) => change(step.subSteps ? { ...step, subSteps: eachStep(step.subSteps, change) } : step));

/**
 * The signal to go on is `suspend: false`, nothing else: some versions of the CLI leave the phase of the steps, some set
 * it to running or succeeded. Where one of several suspended steps was set to running, that one alone goes on.
 */
function resumed(previous: WorkflowStatus, running: RunningSteps, context: EngineContext): WorkflowStatus {
  if (previous.terminated || previous.finished) return previous;
  const due = previous.suspend ? dueSuspends(previous, running, context) : [];
  if (previous.suspend && due.length === 0) return previous;
  const waiting = flat(previous.steps).filter(
    (step) => step.type === "suspend" && !isEnded(step) && step.phase !== "pending",
  );
  const picked = previous.suspend ? due : waiting.filter((step) => step.phase === "running").map((step) => step.name);
  const goesOn = (step: StepStatus) => picked.length === 0 || picked.includes(step.name);
  const isStillWaiting = waiting.some((step) => !goesOn(step));
  const steps = eachStep(previous.steps, (step) => {
    if (step.type === "suspend" && waiting.some(({ name }) => name === step.name))
      return goesOn(step) ? succeeded(step) : step;
    return step.phase === "suspending" && !isStillWaiting ? { ...step, phase: "running" } : step;
  });
  return { ...previous, steps, suspend: isStillWaiting, status: isStillWaiting ? "suspending" : "executing" };
}

function succeeded(step: StepStatus): StepStatus {
  const { reason: _reason, message: _message, ...rest } = step;
  return { ...rest, phase: "succeeded" };
}

/** Seconds that are left of each suspend step with a duration. Where a person suspended, time alone ends nothing. */
function suspendsLeft(
  status: WorkflowStatus,
  { steps }: RunningSteps,
  { now }: EngineContext,
): { name: string; left: number }[] {
  if (status.steps.some(isInterrupted)) return [];
  return steps
    .flatMap((step) => [step, ...step.subSteps])
    .flatMap((step) => {
      const state = flat(status.steps).find(({ name }) => name === step.name);
      const end = state && isWaiting(state) ? durationEnd(step, state) : undefined;
      return end === undefined ? [] : [{ name: step.name, left: end - now }];
    });
}

const dueSuspends = (status: WorkflowStatus, running: RunningSteps, context: EngineContext): string[] =>
  suspendsLeft(status, running, context)
    .filter(({ left }) => left <= 0)
    .map(({ name }) => name);

/** Ended from outside: what ran has failed, what had not begun is skipped, and everything stays as it is. */
function closed(
  status: WorkflowStatus,
  { steps }: RunningSteps,
  { now }: EngineContext,
  ending: Ending,
): WorkflowStatus {
  const known = new Map(status.steps.map((step) => [step.name, step]));
  const ended = steps.map((step) => endedStatus(step, known.get(step.name), ending));
  const flags = { suspend: false, terminated: true, finished: true };
  return { ...status, ...flags, status: "terminated", endTime: formatTime(now), steps: ended };
}

/** The workflow is suspended as long as a step is, ends when all its steps have, and has failed then when one has. */
function concluded(status: WorkflowStatus, { steps }: RunningSteps, { now }: EngineContext): WorkflowStatus {
  const suspend = flat(status.steps).some((step) => step.phase === "suspending");
  if (suspend) return { ...status, suspend, status: "suspending" };
  const hasEnded = steps.every((step) => isEnded(status.steps.find(({ name }) => name === step.name)));
  if (!hasEnded) return { ...status, suspend, status: "executing" };
  const failed = status.steps.some((step) => step.phase === "failed");
  return {
    ...status,
    suspend,
    status: failed ? "failed" : "succeeded",
    terminated: failed,
    finished: true,
    endTime: formatTime(now),
  };
}
