import type { Mode, Step } from "../model/application.ts";
import { evaluate, isFault, parseCondition } from "../model/condition.ts";
import { isCutOff, type Place } from "../model/cut-off.ts";
import { asText, own } from "../model/json.ts";
import { isEnded, type StepPhase, type StepStatus } from "../model/status.ts";
import { formatTime } from "../model/time.ts";
import { timeoutOf } from "./limits.ts";
import { endedStatus, flat, hasBegun, pendingStatus, type RunningSteps, skippedStatus } from "./workflow-steps.ts";

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

const timeout = { reason: "Timeout" };

/** One pass over the steps. */
export class Turn {
  private readonly context: EngineContext;
  private readonly running: RunningSteps;
  private readonly steps: ReadonlyMap<string, Step>;
  private readonly latest = new Map<string, StepStatus>();
  /** Seconds until a step is to be looked at again. */
  wakeIn: number | undefined;
  /** Seconds until the first timeout. */
  limitIn: number | undefined;

  constructor(context: EngineContext, running: RunningSteps) {
    this.context = context;
    this.running = running;
    this.steps = new Map(running.steps.flatMap((step) => [step, ...step.subSteps]).map((step) => [step.name, step]));
  }

  /** What becomes of the steps; those that have not been reached are not listed. */
  take(before: readonly StepStatus[]): StepStatus[] {
    for (const step of flat(before)) this.latest.set(step.name, step);
    return this.run(this.running.steps, this.running.mode, before);
  }

  private run(steps: readonly Step[], mode: Mode, before: readonly StepStatus[]): StepStatus[] {
    const statuses: StepStatus[] = [];
    for (const [i, step] of steps.entries()) {
      const known = before.find(({ name }) => name === step.name);
      const blocker = this.blocker(step, mode === "StepByStep" ? steps[i - 1] : undefined);
      if (blocker !== undefined && mode === "StepByStep" && known === undefined) break;
      const place = { mode, earlier: steps.slice(0, i) };
      statuses.push(this.note(isEnded(known) ? (known as StepStatus) : this.turn(step, known, blocker, place)));
    }
    return statuses;
  }

  /** The others see it from now on. */
  private note(status: StepStatus): StepStatus {
    for (const each of flat([status])) this.latest.set(each.name, each);
    return status;
  }

  /** The step that must end before this one may begin. */
  private blocker(step: Step, predecessor: Step | undefined): string | undefined {
    const awaited = [...(predecessor ? [predecessor.name] : []), ...step.dependsOn];
    return awaited.find((name) => !isEnded(this.latest.get(name)));
  }

  private turn(step: Step, known: StepStatus | undefined, blocker: string | undefined, place: Place): StepStatus {
    if (!hasBegun(known)) {
      if (blocker !== undefined) return pendingStatus(step, `Pending on DependsOn: ${blocker}`);
      if (this.isSkipped(step, place)) return skippedStatus(step);
    }
    const time = formatTime(this.context.now);
    const running: StepStatus = hasBegun(known)
      ? known
      : { ...pendingStatus(step), phase: "running", firstExecuteTime: time, lastExecuteTime: time };
    return this.isInTime(step, running) ? this.advance(step, running) : this.lastLook(step, running);
  }

  /** Without a condition a step is skipped after a failure, and after what it depends on was skipped. */
  private isSkipped(step: Step, place: Place): boolean {
    const text = asText(own(step.raw, "if"));
    const condition = text === undefined ? undefined : parseCondition(text);
    const outcomeOf = (name: string) => this.latest.get(name);
    if (condition && !isFault(condition)) return !evaluate(condition, outcomeOf);
    return isCutOff(step, place, { stepOf: (name) => this.steps.get(name), outcomeOf });
  }

  private advance(step: Step, running: StepStatus): StepStatus {
    if (step.subSteps.length === 0) return this.leaf(step, running);
    return grouped(step, running, this.run(step.subSteps, step.mode, running.subSteps ?? []));
  }

  private leaf(step: Step, running: StepStatus): StepStatus {
    // A suspend step that waits is ended by the engine, and keeps what it says.
    if (running.phase === "suspending") return running;
    const { phase, message, reason, wakeIn } = this.context.advance(step, running);
    this.wakeIn = sooner(this.wakeIn, wakeIn);
    const { reason: _reason, message: _message, ...rest } = running;
    return {
      ...rest,
      phase,
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message }),
    };
  }

  private isInTime(step: Step, running: StepStatus): boolean {
    const at = timeoutOf(step, running);
    if (at === undefined) return true;
    const left = at - this.context.now;
    if (left > 0) this.limitIn = sooner(this.limitIn, left);
    return left > 0;
  }

  /** The time of a step is over: it may have ended by now, else it fails, and nothing in it begins any more. */
  private lastLook(step: Step, running: StepStatus): StepStatus {
    if (step.subSteps.length === 0) return endedStatus(step, this.leaf(step, running), timeout);
    const subSteps = step.subSteps.flatMap((sub) => {
      const known = running.subSteps?.find(({ name }) => name === sub.name);
      if (!hasBegun(known)) return [];
      return [isEnded(known) ? known : this.leaf(sub, known)];
    });
    return endedStatus(step, grouped(step, running, subSteps), timeout);
  }
}

const sooner = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

/** Reasons of sub-steps that a group takes over, the most serious first. */
const graveReasons = ["FailedAfterRetries", "Timeout", "Terminate"];

/** A group shows the phase that asks most for attention (kubevela/workflow: pkg/tasks/builtin/step_group.go). */
function grouped(step: Step, running: StepStatus, subSteps: readonly StepStatus[]): StepStatus {
  const has = (phase: StepPhase) => subSteps.some((sub) => sub.phase === phase);
  if (subSteps.length < step.subSteps.length || !subSteps.every(isEnded))
    return { ...running, phase: has("suspending") ? "suspending" : "running", subSteps };
  if (!has("failed"))
    return subSteps.every(({ phase }) => phase === "skipped")
      ? { ...running, phase: "skipped", reason: "Skip", subSteps }
      : { ...running, phase: "succeeded", subSteps };
  const reason = graveReasons.find((grave) => subSteps.some((sub) => sub.phase === "failed" && sub.reason === grave));
  return { ...running, phase: "failed", ...(reason === undefined ? {} : { reason }), subSteps };
}
