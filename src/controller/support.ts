import type { Api } from "../cluster/api.ts";
import { backOff, type Clock, sleep } from "../cluster/clock.ts";
import { readPlatform } from "../cluster/platform.ts";
import { platformFaults } from "../model/platform.ts";
import type { Log } from "./reconcile.ts";

export interface SupportOptions {
  readonly api: Api;
  readonly clock: Clock;
  readonly log: Log;
  /** The cluster was found to be one on which we work, for the first time or again. */
  onGiven(): void;
}

/** Clusters are upgraded, and Istio is installed, while we run. */
const lookEvery = 300_000;

/** Whether the cluster is one on which anything may be written: not before it was asked, and not where it is too old. */
export class Support {
  private readonly options: SupportOptions;
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  private faults: string | undefined;
  /** Why the cluster could not be asked, as it was said last. */
  private failure: string | undefined;

  constructor(options: SupportOptions) {
    this.options = options;
    this.running = this.run();
  }

  get isGiven(): boolean {
    return this.faults === "";
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { clock } = this.options;
    for (let failures = 0; !this.stopping.signal.aborted; ) {
      try {
        await this.look();
        failures = 0;
        this.failure = undefined;
      } catch (error) {
        this.failed(error instanceof Error ? error.message : String(error));
        failures++;
      }
      await sleep(clock, failures > 0 ? backOff(clock, failures) : lookEvery, this.stopping.signal);
    }
  }

  /** Once until it is another failure: it is asked for as long as it fails. */
  private failed(failure: string): void {
    if (failure !== this.failure) this.options.log(`cannot tell which cluster this is: ${failure}`, {}, "warn");
    this.failure = failure;
  }

  private async look(): Promise<void> {
    const { api, log, onGiven } = this.options;
    const faults = platformFaults(await readPlatform(api)).join("; ");
    if (faults === this.faults) return;
    this.faults = faults;
    if (faults === "") onGiven();
    else log(`nothing is rolled out here: ${faults}`);
  }
}
