import { backOff, type Clock } from "../cluster/clock.ts";

/** What came of one key. */
export type Outcome =
  /** Nothing to do until something changes, or until so many seconds have passed. */
  | { readonly wakeIn: number | undefined }
  /** Somebody wrote in between, or something failed: again, later with every failure. */
  | { readonly failed: true; readonly retryAfter?: number | undefined };

export interface QueueOptions {
  /** Works on one key, which has failed so many times in a row; never for the same key twice at a time. Must not throw. */
  work(key: string, failures: number): Promise<Outcome>;
  readonly workers: number;
  readonly clock: Clock;
}

interface Entry {
  isWorking: boolean;
  /** It changed while it was worked on. */
  isDirty: boolean;
  failures: number;
  cancel: (() => void) | undefined;
}

/** Keys to be worked on: each once however often it is added, those that fail later and later. */
export class Queue {
  private readonly entries = new Map<string, Entry>();
  private readonly ready = new Set<string>();
  private readonly options: QueueOptions;
  private working = 0;
  private isStopped = false;
  private idle: (() => void) | undefined;

  constructor(options: QueueOptions) {
    this.options = options;
  }

  get length(): number {
    return this.ready.size + this.working;
  }

  add(key: string): void {
    if (this.isStopped) return;
    const entry = this.entry(key);
    if (entry.isWorking) entry.isDirty = true;
    else {
      // A key that failed waits its time: a change of what failed would make it hot.
      if (entry.cancel && entry.failures > 0) return;
      entry.cancel?.();
      entry.cancel = undefined;
      this.ready.add(key);
      this.pump();
    }
  }

  /** Resolves when nothing is worked on any more. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.ready.clear();
    for (const { cancel } of this.entries.values()) cancel?.();
    if (this.working > 0) await new Promise<void>((resolve) => (this.idle = resolve));
  }

  private entry(key: string): Entry {
    const entry = this.entries.get(key) ?? { isWorking: false, isDirty: false, failures: 0, cancel: undefined };
    this.entries.set(key, entry);
    return entry;
  }

  private pump(): void {
    for (const key of this.ready) {
      if (this.working >= this.options.workers || this.isStopped) return;
      this.ready.delete(key);
      void this.run(key, this.entry(key));
    }
  }

  private async run(key: string, entry: Entry): Promise<void> {
    entry.isWorking = true;
    this.working++;
    const outcome = await this.options.work(key, entry.failures);
    this.working--;
    entry.isWorking = false;
    if (this.isStopped) {
      if (this.working === 0) this.idle?.();
      return;
    }
    this.schedule(key, entry, outcome);
    this.pump();
  }

  private schedule(key: string, entry: Entry, outcome: Outcome): void {
    const isDirty = entry.isDirty;
    entry.isDirty = false;
    if ("failed" in outcome) {
      const delay = Math.max(backOff(this.options.clock, entry.failures++), (outcome.retryAfter ?? 0) * 1000);
      this.wake(key, entry, delay);
      return;
    }
    entry.failures = 0;
    if (isDirty) this.ready.add(key);
    else if (outcome.wakeIn !== undefined) this.wake(key, entry, outcome.wakeIn * 1000);
    else this.entries.delete(key);
  }

  private wake(key: string, entry: Entry, milliseconds: number): void {
    entry.cancel = this.options.clock.after(milliseconds, () => {
      entry.cancel = undefined;
      this.ready.add(key);
      this.pump();
    });
  }
}
