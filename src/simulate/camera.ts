import { readApplication } from "../model/application.ts";
import { readWorkflowStatus } from "../model/status.ts";
import type { Action, Observed } from "../rollout/observed.ts";
import { type Frame, frameOf, type Happening, looksAlike, podsEvent } from "./frame.ts";

/** Takes the frames of a simulation: one for everything that can be seen to change. */
export class Camera {
  readonly frames: Frame[] = [];
  /** By Application: its latest frame, and where that stands. */
  private readonly latest = new Map<string, { frame: Frame; index: number }>();
  /** By Application: the run of its workflow that was seen last. */
  private readonly runs = new Map<string, string>();
  /** By Application: what was done last and did not show. */
  private readonly unseen = new Map<string, string>();

  /** Something was done; what `always` says is shown even if nothing looks different after it. */
  show(key: string, observed: Observed, happening: Happening, always = false): void {
    const frame = frameOf(observed, happening);
    const isAnew = this.hasBegunAnew(key, observed);
    if (always || !looksAlike(this.latest.get(key)?.frame, frame)) this.take(key, frame);
    else if (isAnew) this.take(key, { ...frame, event: `the workflow begins anew: ${happening.event}` });
    else this.pass(key, happening.event);
  }

  /** Whether another run of its workflow goes on than the one seen before. Without steps of its own it is only deployed. */
  private hasBegunAnew(key: string, observed: Observed): boolean {
    const { steps } = readApplication(observed.app).workflow;
    const { appRevision = "", finished = false } = readWorkflowStatus(observed.app) ?? {};
    const before = this.runs.get(key);
    this.runs.set(key, appRevision);
    return steps.length > 0 && !finished && before !== undefined && before !== appRevision;
  }

  /** Something was done that no frame shows. */
  pass(key: string, event: string): void {
    this.unseen.set(key, event);
  }

  /** Pods may have changed by themselves. */
  showPods(key: string, observed: Observed, at: number, why: () => string): void {
    const before = this.latest.get(key)?.frame;
    const frame = frameOf(observed, { at, event: "", why: "" });
    if (!looksAlike(before, frame)) this.take(key, { ...frame, event: podsEvent(before, frame), why: why() });
  }

  /**
   * Nothing more is done now. What is waited for is told by the last frame before the wait; where only that has changed
   * since, by another one.
   */
  explain(key: string, observed: Observed, at: number, why: string): void {
    const latest = this.latest.get(key);
    const event = this.unseen.get(key) ?? "";
    this.unseen.delete(key);
    if (!latest || latest.frame.why === why) return;
    const { frame, index } = latest;
    if (frame.at === at) this.keep(key, index, { ...frame, why });
    else this.keep(key, this.frames.length, { ...frame, ...frameOf(observed, { at, event, why }) });
  }

  private take(key: string, frame: Frame): void {
    this.unseen.delete(key);
    this.keep(key, this.frames.length, { ...frame, application: key.slice(key.indexOf("/") + 1) });
  }

  private keep(key: string, index: number, frame: Frame): void {
    this.latest.set(key, { frame, index });
    this.frames[index] = frame;
  }
}

/** Kinds that a frame does not show, or not always, and that are part of the story when they come, change and go. */
const told: readonly unknown[] = ["DestinationRule", "Deployment", "CronJob", "Job"];

/** Kinds that a frame is made of. */
const shown: readonly unknown[] = ["Deployment", "VirtualService", "ComponentRollout"];

/** Whether a frame after a write can be another, or is part of the story all the same. */
export const isSeen = (action: Action): boolean =>
  action.do === "write-status" || shown.includes(action.object["kind"]) || isTold(action);

/** Whether a write is part of the story though no frame looks different after it. */
export const isTold = (action: Action): boolean =>
  action.do !== "write-status" &&
  (told.includes(action.object["kind"]) || (action.do === "remove" && action.object["kind"] === "VirtualService"));
