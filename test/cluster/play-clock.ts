import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../src/cluster/clock.ts";

/** Time that passes when a test says so. */
export class PlayClock implements Clock {
  private time = 0;
  private readonly timers = new Set<{ readonly at: number; readonly act: () => void }>();
  random = (): number => 1;

  now = (): number => this.time;

  date = (): number => Date.UTC(2026, 0, 1) + this.time;

  after = (milliseconds: number, act: () => void): (() => void) => {
    const timer = { at: this.time + Math.max(0, milliseconds), act };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  };

  /** Milliseconds until the next timer; unbounded where there is none. */
  get due(): number {
    return Math.min(...[...this.timers].map(({ at }) => at)) - this.time;
  }

  /** Lets time pass, timer by timer. */
  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (let due = this.due; this.time + due <= end; due = this.due) {
      this.time += due;
      const [timer] = [...this.timers].filter(({ at }) => at <= this.time);
      if (!timer) break;
      this.timers.delete(timer);
      timer.act();
    }
    this.time = Math.max(this.time, end);
  }
}

/** Resolves when a condition holds; what is under way gets its turns until then. */
export async function eventually(holds: () => boolean, what = "the condition"): Promise<void> {
  const end = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`${what} does not come to hold`);
    await setImmediate();
  }
}
