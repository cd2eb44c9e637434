import type { Mode, Step } from "../model/application.ts";
import { evaluate, isFault, parseCondition } from "../model/condition.ts";
import { parseDuration } from "../model/duration.ts";
import { asText, own } from "../model/json.ts";
import { isEnded, type StepPhase, type StepStatus } from "../model/status.ts";
import { formatTime, parseTime } from "../model/time.ts";
import { pendingStatus } from "./workflow-steps.ts";

/** What a step of one type came to. */
export interface Outcome {
  readonly phase: Extract<StepPhase, "running" | "suspending" | "succeeded" | "failed">;
  readonly message?: string;
  readonly reason?: string;
  /** Seconds after which to look again, where nothing else will tell. */
  readonly wakeIn?: number;
}

export interface EngineContext {
  /** Seconds since the epoch. */
  readonly now: number;
  readonly appRevision: string;
  /** Why the workflow fails also while it waits for a person. */
  readonly failure?: Outcome | undefined;
  /** What a step of a type without sub-steps comes to, given when it was first executed. */
  advance(step: Step, status: StepStatus): Outcome;
}

export const flat = (steps: readonly StepStatus[]): StepStatus[] =>
  steps.flatMap((step) => [step, ...(step.subSteps ?? [])]);

export const secondsSince = (time: string | undefined, now: number): number => now - (parseTime(time ?? "") ?? now);

/** One pass over the steps. */
export class Turn {
  readonly context: EngineContext;
  readonly before: readonly StepStatus[];
  readonly latest = new Map<string, StepStatus>();
  wakeIn: number | undefined;
  timedOut = false;

  constructor(context: EngineContext, before: readonly StepStatus[]) {
    this.context = context;
    this.before = before;
    for (const step of flat(before)) this.latest.set(step.name, step);
  }

  run(steps: readonly Step[], mode: Mode, before: readonly StepStatus[]): StepStatus[] {
    const statuses: StepStatus[] = [];
    for (const [i, step] of steps.entries()) {
      const known = before.find(({ name }) => name === step.name);
      const blocker = this.blocker(step, mode === "StepByStep" ? steps[i - 1] : undefined);
      if (blocker !== undefined && mode === "StepByStep" && known === undefined) break;
      const status = isEnded(known) ? (known as StepStatus) : this.turn(step, known, blocker, steps.slice(0, i), mode);
      this.latest.set(step.name, status);
      statuses.push(status);
      if (this.timedOut) break;
    }
    return statuses;
  }

  /** The step that must end before this one may begin. */
  private blocker(step: Step, predecessor: Step | undefined): string | undefined {
    const awaited = [...(predecessor ? [predecessor.name] : []), ...step.dependsOn];
    return awaited.find((name) => !isEnded(this.latest.get(name)));
  }

  private turn(
    step: Step,
    known: StepStatus | undefined,
    blocker: string | undefined,
    earlier: readonly Step[],
    mode: Mode,
  ): StepStatus {
    const hasBegun = known !== undefined && known.phase !== "pending";
    if (!hasBegun && blocker !== undefined) return pendingStatus(step, `Pending on DependsOn: ${blocker}`);
    if (!hasBegun && this.isSkipped(step, earlier, mode))
      return { ...pendingStatus(step), phase: "skipped", reason: "Skip" };
    const time = formatTime(this.context.now);
    const running: StepStatus = hasBegun
      ? known
      : { ...pendingStatus(step), phase: "running", firstExecuteTime: time, lastExecuteTime: time };
    return this.limited(step, running, step.subSteps.length > 0 ? this.group(step, running) : this.leaf(step, running));
  }

  /** Without a condition a step is skipped after a failure: of any earlier step, or of one that it depends on. */
  private isSkipped(step: Step, earlier: readonly Step[], mode: Mode): boolean {
    const text = asText(own(step.raw, "if"));
    const condition = text === undefined ? undefined : parseCondition(text);
    if (condition && !isFault(condition)) return !evaluate(condition, (name) => this.latest.get(name));
    const awaited = [...step.dependsOn, ...(mode === "StepByStep" ? earlier.map(({ name }) => name) : [])];
    return awaited.some((name) => this.latest.get(name)?.phase === "failed");
  }

  private leaf(step: Step, running: StepStatus): StepStatus {
    const { phase, message, reason, wakeIn } = this.context.advance(step, running);
    this.wake(wakeIn);
    const { reason: _reason, message: _message, ...rest } = running;
    return {
      ...rest,
      phase,
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message }),
    };
  }

  /** A group shows the phase that asks most for attention (kubevela/workflow: pkg/tasks/builtin/step_group.go). */
  private group(step: Step, running: StepStatus): StepStatus {
    const subSteps = this.run(step.subSteps, step.mode, running.subSteps ?? []);
    const has = (phase: StepPhase) => subSteps.some((sub) => sub.phase === phase);
    const hasEnded = subSteps.length === step.subSteps.length && subSteps.every(isEnded);
    const open = has("suspending") ? "suspending" : "running";
    const phase = hasEnded ? (has("failed") ? "failed" : "succeeded") : open;
    return { ...running, phase, subSteps };
  }

  /** A timeout counts from the first execution, and ends the workflow. */
  private limited(step: Step, running: StepStatus, status: StepStatus): StepStatus {
    const timeout = parseDuration(asText(own(step.raw, "timeout")) ?? "");
    if (timeout === undefined || isEnded(status)) return status;
    const left = timeout - secondsSince(running.firstExecuteTime, this.context.now);
    if (left > 0) {
      this.wake(left);
      return status;
    }
    this.timedOut = true;
    return { ...status, phase: "failed", reason: "Timeout" };
  }

  private wake(seconds: number | undefined): void {
    if (seconds !== undefined) this.wakeIn = Math.min(this.wakeIn ?? seconds, seconds);
  }
}
