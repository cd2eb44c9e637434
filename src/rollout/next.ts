import { type Application, rolloutOf, type Step, sum } from "../model/application.ts";
import { asText, own } from "../model/json.ts";
import { isEnded, type StepStatus, type WorkflowStatus } from "../model/status.ts";
import { formatTime } from "../model/time.ts";
import { allSteps, canarySteps, rollbackSteps, stepsToRun } from "../model/workflow.ts";
import { durationEnd, limitsOf } from "./limits.ts";
import type { Back } from "./retreat.ts";
import { endedStatus, flat, hasBegun, isInterrupted, runningSteps } from "./workflow-steps.ts";

/** What can happen next: by itself, or by a command of a person. */
export interface Act {
  /** Undefined where Rollguard does it by itself. */
  readonly command?: "resume" | "restart" | "rollback";
  readonly text: string;
  /** RFC 3339, where the time is known. */
  readonly at?: string;
}

/** The next automatic act, if there is one, and what a person can do. */
export function nextActs(app: Application, status: WorkflowStatus | undefined, back: Back): readonly Act[] {
  const retreat: readonly Act[] = Object.entries(back).map(([component, revision]) => ({
    command: "rollback",
    text: `${component} back to ${revision}`,
  }));
  if (status === undefined) return [{ text: "the workflow begins" }, ...retreat];
  if (status.suspend) return [...ends(app, status), ...timeouts(app, status), resumed(app, status), ...retreat];
  if (status.terminated || status.status === "failed")
    return [{ command: "restart", text: "the workflow from its first step, from the actual state on" }, ...retreat];
  if (status.finished) return retreat;
  return [...goingOn(app, status), ...timeouts(app, status), ...retreat];
}

/** A suspend with a duration ends by itself, unless a person suspended too. */
function ends(app: Application, status: WorkflowStatus): readonly Act[] {
  if (status.steps.some(isInterrupted)) return [];
  return waiting(status).flatMap((step) => {
    const end = endOfSuspend(step, app);
    if (end === undefined) return [];
    return [{ text: `${step.name} ends, then ${following(app, status)}`, at: formatTime(end) }];
  });
}

/** When a suspend step that waits ends by itself (seconds since the epoch); undefined where it does not. */
export function endOfSuspend(status: StepStatus, app: Application): number | undefined {
  const step = allSteps(app).find(({ name }) => name === status.name);
  return step && durationEnd(step, status);
}

/** What follows where a step does not end in time. */
const timeouts = (app: Application, status: WorkflowStatus): readonly Act[] =>
  limitsOf(app, status).map(({ step, at }) => ({
    text: `${step.name} times out, then ${following(app, { ...status, steps: outOfTime(step, status.steps) })}`,
    at: formatTime(at),
  }));

const outOfTime = (step: Step, statuses: readonly StepStatus[]): readonly StepStatus[] =>
  statuses.map((status) => {
    if (status.name === step.name) return endedStatus(step, status, { reason: "Timeout" });
    return status.subSteps ? { ...status, subSteps: [...outOfTime(step, status.subSteps)] } : status;
  });

function resumed(app: Application, status: WorkflowStatus): Act {
  const stopped = waiting(status).find(({ type }) => type !== "suspend");
  const step = allSteps(app).find(({ name }) => name === stopped?.name);
  return { command: "resume", text: step ? describe(app, step) : following(app, status) };
}

const waiting = (status: WorkflowStatus): readonly StepStatus[] =>
  flat(status.steps).filter((step) => step.phase === "suspending" && !step.subSteps);

function goingOn(app: Application, status: WorkflowStatus): readonly Act[] {
  const running = flat(status.steps).filter((step) => step.phase === "running" && !step.subSteps);
  const steps = runningSteps(app).steps.flatMap((step) => [step, ...step.subSteps]);
  const texts = steps.flatMap((step) => (running.some(({ name }) => name === step.name) ? [describe(app, step)] : []));
  const after = following(app, status);
  return [{ text: texts.length === 0 ? after : `${texts.join("; ")}; then ${after}` }];
}

/** The first step that has not begun, and is not skipped for what has ended; else how the workflow ends. */
export function following(app: Application, status: Pick<WorkflowStatus, "steps">): string {
  const step = nextStep(app, status);
  if (step) return describe(app, step);
  return failsNext(app, status) ? "the workflow fails" : "the workflow ends";
}

/** Whether nothing is left to run but the end of a workflow of which a step has failed. */
export const failsNext = (app: Application, status: Pick<WorkflowStatus, "steps">): boolean =>
  nextStep(app, status) === undefined && flat(status.steps).some(({ phase }) => phase === "failed");

function nextStep(app: Application, { steps }: Pick<WorkflowStatus, "steps">): Step | undefined {
  const known = new Map(flat(steps).map((step) => [step.name, step]));
  const ended = new Map([...known].filter(([, step]) => isEnded(step)));
  return stepsToRun(app, ended).find(({ name, subSteps }) => subSteps.length === 0 && !hasBegun(known.get(name)));
}

/** `rollout-1st-batch: reviews 1/2 pods, 90% reviews-v1, 10% reviews-v2`. */
export function describe(app: Application, step: Step): string {
  const canary = canarySteps(app).find((candidate) => candidate.step === step);
  if (canary?.component) {
    const { batches = [], targetSize = 0 } = rolloutOf(canary.component) ?? {};
    const partition = canary.batchPartition ?? 0;
    const pods = partition >= batches.length - 1 ? targetSize : sum(batches.slice(0, partition + 1));
    const weights = canary.targets.map(({ revision, weight }) => `${weight}% ${revision}`);
    return `${step.name}: ${[`${canary.component.name} ${pods}/${targetSize} pods`, ...weights].join(", ")}`;
  }
  const rollback = rollbackSteps(app).find((candidate) => candidate.step === step);
  if (rollback) return `${step.name}: all back on ${rollback.revision}`;
  if (step.type === "apply-component") return applied(app, step);
  if (step.type !== "suspend") return step.name;
  const duration = asText(own(step.properties, "duration"));
  return `${step.name} waits ${duration ?? "for a person"}`;
}

/** A component without canary steps: its traffic follows its pods. */
function applied(app: Application, step: Step): string {
  const name = asText(own(step.properties, "component")) ?? "";
  const component = app.components.find((candidate) => candidate.name === name);
  const rollout = component && rolloutOf(component);
  if (!rollout) return step.name === name ? `${name} becomes ready` : `${step.name}: ${name} becomes ready`;
  const batches = rollout.batches?.length || 1;
  const pods = `${rollout.targetSize ?? 0} pods in ${batches} ${batches === 1 ? "batch" : "batches"}`;
  return `${step.name}: ${step.name === name ? "" : `${name} `}${pods}, traffic follows ready pods`;
}

/** Steps of the spec in order, with what became of them; those of a workflow that nobody wrote are left out. */
export interface StepView {
  readonly name: string;
  readonly type: string;
  readonly phase: StepStatus["phase"];
  readonly message?: string;
}

export function stepViews(app: Application, status: WorkflowStatus | undefined): readonly StepView[] {
  const known = flat(status?.steps ?? []);
  return allSteps(app)
    .filter((step) => step.subSteps.length === 0)
    .map((step) => {
      const found = known.find(({ name }) => name === step.name);
      const phase = found?.phase ?? "pending";
      const message = isEnded(found) || phase === "running" ? found?.message : undefined;
      return { name: step.name, type: step.type, phase, ...(message === undefined ? {} : { message }) };
    });
}
