/** Time as an input, so that a test can let a minute pass in no time. */
export interface Clock {
  /** Milliseconds on the monotonic clock. */
  now(): number;
  /** Milliseconds since the epoch, for what people read. */
  date(): number;
  /** Acts once after so many milliseconds, unless it is cancelled before. */
  after(milliseconds: number, act: () => void): () => void;
  /** From 0 to 1. */
  random(): number;
}

/** Node takes a timer above this (24.8 days, 32 bits) for one of a millisecond. */
const longest = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after: (milliseconds, act) => {
    let timer: NodeJS.Timeout;
    const wait = (left: number): void => {
      timer = left <= longest ? setTimeout(act, left) : setTimeout(() => wait(left - longest), longest);
    };
    wait(milliseconds);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** Waits; a signal ends the wait early, without an error. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.after(milliseconds, end);
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
  });
}

/** Doubles from `first` up to `most` with every failure, spread by a quarter so that many do not come back at once. */
export function backOff(clock: Clock, failures: number, first = 200, most = 30_000): number {
  const delay = Math.min(most, first * 2 ** Math.min(failures, 30));
  return delay * (0.75 + clock.random() / 4);
}
