import type { Clock } from "../cluster/clock.ts";
import { unready } from "../cluster/readiness.ts";
import type { WatchState } from "../cluster/watch.ts";
import type { Log } from "./reconcile.ts";

export interface HealthOptions {
  /** How each watch is now. */
  states(): Iterable<WatchState>;
  /** What is known can be acted on, again or for the first time. */
  onSound(): void;
  readonly log: Log;
  readonly clock: Clock;
}

const lookEvery = 1000;
/** Other kinds have gone back too, and are noticed one by one; nothing is written until it is quiet. */
const calmAfter = 60_000;

/** Whether what is known of the cluster is fit for verdicts, and for writes. Tells of each failure once, and of its end. */
export class Health {
  private readonly options: HealthOptions;
  /** Why each kind cannot be followed, as it was told. */
  private readonly failing = new Map<string, string>();
  private rewoundAt = Number.NEGATIVE_INFINITY;
  private wasSound = false;
  private cancel = () => {};

  constructor(options: HealthOptions) {
    this.options = options;
    this.schedule();
  }

  /** Why nothing can be judged; undefined where it can. */
  get unready(): string | undefined {
    return unready(this.options.states());
  }

  /** Why nothing may be written; undefined where it may. */
  get hold(): string | undefined {
    return this.unready ?? (this.isCalm ? undefined : "the API server went back in time less than a minute ago");
  }

  /** The API server has lost what it had told of a kind, as after a restore of etcd. Whether that is news. */
  rewound(): boolean {
    const isNews = this.isCalm;
    this.rewoundAt = this.options.clock.now();
    return isNews;
  }

  stop(): void {
    this.cancel();
  }

  private get isCalm(): boolean {
    return this.options.clock.now() - this.rewoundAt >= calmAfter;
  }

  private schedule(): void {
    this.cancel = this.options.clock.after(lookEvery, () => {
      this.look();
      this.schedule();
    });
  }

  private look(): void {
    for (const state of this.options.states()) this.tell(state);
    const { hold } = this;
    if (hold === undefined && !this.wasSound) this.options.onSound();
    if (hold !== undefined && this.wasSound) this.options.log(`nothing is written: ${hold}`, {}, "warn");
    this.wasSound = hold === undefined;
  }

  /** What a failure says first is enough; it may come in other words at every attempt. */
  private tell({ kind, failure }: WatchState): void {
    const told = this.failing.get(kind);
    if (failure?.reason === told) return;
    if (failure) {
      this.failing.set(kind, failure.reason);
      this.options.log(`cannot follow ${kind}: ${failure.message}`, { kind, reason: failure.reason }, "warn");
    } else {
      this.failing.delete(kind);
      this.options.log(`follows ${kind} again`, { kind });
    }
  }
}
