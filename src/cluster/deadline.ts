import { ApiError, asApiError } from "./api.ts";
import type { Clock } from "./clock.ts";

/** An end to a call: by time, or by whoever does not want it any more. */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly outer: readonly AbortSignal[];
  private readonly clock: Clock;
  private readonly milliseconds: number;
  private readonly endsAt: number;
  private readonly cancelTimer: () => void;
  private isOver = false;

  constructor(clock: Clock, milliseconds: number, outer: readonly AbortSignal[]) {
    this.clock = clock;
    this.milliseconds = milliseconds;
    this.endsAt = clock.now() + milliseconds;
    this.outer = outer;
    this.cancelTimer = clock.after(milliseconds, () => {
      this.isOver = true;
      this.abort();
    });
    for (const signal of outer) {
      if (signal.aborted) this.abort();
      else signal.addEventListener("abort", this.abort);
    }
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  left(): number {
    return this.endsAt - this.clock.now();
  }

  /** What takes long from here on may do so; only those who gave a signal end it. */
  relax(): void {
    this.cancelTimer();
  }

  end(): void {
    this.cancelTimer();
    for (const signal of this.outer) signal.removeEventListener("abort", this.abort);
  }

  /** A promise of someone who knows nothing of this deadline. */
  async within<T>(promise: Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    let abort = () => {};
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(this.signal.reason);
      this.signal.addEventListener("abort", abort);
    });
    try {
      return await Promise.race([promise, aborted]);
    } finally {
      this.signal.removeEventListener("abort", abort);
    }
  }

  explain(error: unknown): ApiError {
    if (!this.signal.aborted || error instanceof ApiError) return asApiError(error);
    return this.isOver
      ? new ApiError({ status: 0, reason: "Timeout", message: `no answer within ${this.milliseconds / 1000} s` })
      : new ApiError({ status: 0, reason: "Aborted", message: "the call was ended" });
  }

  private readonly abort = (): void => this.controller.abort();
}
