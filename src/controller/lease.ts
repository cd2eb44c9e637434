import type { Api } from "../cluster/api.ts";
import { asApiError } from "../cluster/api.ts";
import { type Clock, sleep } from "../cluster/clock.ts";
import { microTime } from "../cluster/event.ts";
import { resources } from "../cluster/resources.ts";
import { create, read, replace } from "../cluster/writes.ts";
import { asInteger, asObject, asText, at, type JsonObject, own } from "../model/json.ts";
import type { KubeObject } from "../model/world.ts";

export interface LeaseOptions {
  readonly api: Api;
  readonly namespace: string;
  readonly name: string;
  /** Which process this is; unique. */
  readonly holder: string;
  readonly clock: Clock;
  /** A term begins; also after a gap in which nobody else led. */
  onGained(): void;
  onLost(): void;
  onFault(error: unknown): void;
}

/** As controller-runtime has it: another process waits so long for one that is silent. */
const duration = 15;
/** We stop to write before anybody else may begin. */
const deadline = 10_000;
const renewEvery = 2_000;

/**
 * Leadership by a Lease (coordination.k8s.io/v1). It is held until a deadline on our own monotonic clock, counted from
 * before the renewal was sent: a process that was paused notices before its next write.
 */
export class Leadership {
  private readonly options: LeaseOptions;
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  private heldUntil = Number.NEGATIVE_INFINITY;
  private wasLeader = false;
  private terms = 0;
  /** What another holder last wrote, and when we first saw it: clocks of others are not to be trusted. */
  private seen: { readonly signature: string; readonly at: number } | undefined;

  constructor(options: LeaseOptions) {
    this.options = options;
    this.running = this.run();
  }

  /** To be asked before every write. */
  get isLeader(): boolean {
    return this.options.clock.now() < this.heldUntil;
  }

  /** Which of its terms this is. What was decided in one is not carried out in the next. */
  get term(): number {
    return this.terms;
  }

  /** Gives the Lease back, so that the next one need not wait. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    if (!this.isLeader) return;
    this.heldUntil = Number.NEGATIVE_INFINITY;
    try {
      const lease = await this.read();
      if (lease && holderOf(lease) === this.options.holder)
        await replace(
          this.options.api,
          { ...lease, spec: { ...asObject(own(lease, "spec")), holderIdentity: "", leaseDurationSeconds: 1 } },
          urgent,
        );
    } catch (error) {
      this.options.onFault(error);
    }
  }

  private async run(): Promise<void> {
    const { clock } = this.options;
    while (!this.stopping.signal.aborted) {
      try {
        await this.turn();
      } catch (error) {
        if (!asApiError(error).isConflict) this.options.onFault(error);
      }
      this.report();
      await sleep(clock, renewEvery, this.stopping.signal);
    }
  }

  private report(): void {
    const { isLeader } = this;
    if (isLeader === this.wasLeader) return;
    this.wasLeader = isLeader;
    if (isLeader) this.terms++;
    if (isLeader) this.options.onGained();
    else this.options.onLost();
  }

  /** Who was paused, or heard too late of its renewal, did not lead in between, although the Lease was never another's. */
  private hold(until: number): void {
    this.report();
    this.heldUntil = until;
    this.report();
  }

  private async turn(): Promise<void> {
    const { clock, api, holder } = this.options;
    const sentAt = clock.now();
    const lease = await this.read();
    if (lease && !this.isFree(lease)) return;
    if (lease) await replace(api, { ...lease, spec: this.spec(lease) }, urgent);
    else await create(api, this.fresh(), urgent);
    this.hold(sentAt + deadline);
    this.seen = { signature: holder, at: sentAt };
  }

  private read(): Promise<KubeObject | undefined> {
    const { api, namespace, name } = this.options;
    return read(api, resources.Lease, namespace, name, urgent);
  }

  private isFree(lease: KubeObject): boolean {
    const { clock, holder } = this.options;
    const current = holderOf(lease);
    if (current === "" || current === holder) return true;
    const signature = `${current} ${String(at(lease, "spec", "renewTime"))}`;
    if (this.seen?.signature !== signature) this.seen = { signature, at: clock.now() };
    return clock.now() - this.seen.at > (asInteger(at(lease, "spec", "leaseDurationSeconds")) ?? duration) * 1000;
  }

  private spec(lease?: KubeObject): JsonObject {
    const { clock, holder } = this.options;
    const now = microTime(clock.date());
    const before = asObject(own(lease, "spec"));
    const isOurs = own(before, "holderIdentity") === holder;
    const transitions = asInteger(own(before, "leaseTransitions")) ?? 0;
    return {
      holderIdentity: holder,
      leaseDurationSeconds: duration,
      acquireTime: isOurs ? (own(before, "acquireTime") ?? now) : now,
      renewTime: now,
      leaseTransitions: lease && !isOurs ? transitions + 1 : transitions,
    };
  }

  private fresh(): KubeObject {
    const { name, namespace } = this.options;
    return { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name, namespace }, spec: this.spec() };
  }
}

const urgent = { isUrgent: true, deadline: 5_000 } as const;

const holderOf = (lease: KubeObject): string => asText(at(lease, "spec", "holderIdentity")) ?? "";
