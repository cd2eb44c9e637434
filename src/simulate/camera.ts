import { nameOf } from "../model/world.ts";
import type { Action, Observed } from "../rollout/observed.ts";
import { type Frame, frameOf, looksAlike, podsEvent } from "./frame.ts";

/** Takes the frames of a simulation: one for everything that can be seen to change. */
export class Camera {
  readonly frames: Frame[] = [];
  /** By Application: its latest frame, and where that stands. */
  private readonly latest = new Map<string, { frame: Frame; index: number }>();

  /** Something was done; an act of a person is shown even if nothing looks different after it. */
  show(key: string, observed: Observed, at: number, event: string, why: string | undefined, always = false): void {
    const before = this.latest.get(key)?.frame;
    const frame = frameOf(observed, { at, event, why: why ?? before?.why ?? "" });
    if (always || !looksAlike(before, frame)) this.take(key, observed, frame);
  }

  /** Pods may have changed by themselves. */
  showPods(key: string, observed: Observed, at: number): void {
    const before = this.latest.get(key)?.frame;
    const frame = frameOf(observed, { at, event: "", why: before?.why ?? "" });
    if (!looksAlike(before, frame)) this.take(key, observed, { ...frame, event: podsEvent(before, frame) });
  }

  /** What is waited for is told by the last frame before the wait. */
  explain(key: string, at: number, why: string): void {
    const latest = this.latest.get(key);
    if (!latest || latest.frame.at !== at || latest.frame.why === why) return;
    const { index } = latest;
    const frame = { ...latest.frame, why };
    this.frames[index] = frame;
    this.latest.set(key, { frame, index });
  }

  private take(key: string, observed: Observed, frame: Frame): void {
    const shown = { ...frame, application: nameOf(observed.app) };
    this.latest.set(key, { frame: shown, index: this.frames.length });
    this.frames.push(shown);
  }
}

/** Subsets are no part of a frame, but when they come and go is part of the story. */
export const showsSubsets = (action: Action): boolean =>
  action.do !== "write-status" && action.object["kind"] === "DestinationRule";
