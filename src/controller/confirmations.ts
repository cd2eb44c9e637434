import type { Api } from "../cluster/api.ts";
import type { Clock } from "../cluster/clock.ts";
import { connectedProxies, IstiodError, istiodsIn, tokenIn } from "../cluster/istiods.ts";
import type { Claim } from "../mesh/claim.ts";
import type { Resource } from "../mesh/discovery.ts";
import { hasPush } from "../mesh/proxies.ts";
import { Attendance } from "./attendance.ts";
import type { Log } from "./reconcile.ts";
import { type Watched, Witnesses } from "./witnesses.ts";

/** How istiod is asked. */
export interface IstiodOptions {
  /** The namespace of istiod, of every revision. */
  readonly namespace: string;
  /** A file with a token of audience `istio-ca`. */
  readonly tokenFile: string;
}

export interface ConfirmationOptions extends IstiodOptions {
  readonly api: Api;
  readonly clock: Clock;
  /** Ours, which the token is of. */
  readonly home: string;
  readonly settleSeconds: number;
  readonly log: Log;
  /** Every proxy has a route of this Application, or its subsets. */
  onConfirmed(application: string): void;
  /** Milliseconds; a second unless said otherwise. */
  readonly pace?: number;
}

interface Pending {
  readonly signature: string;
  readonly watched: Watched;
  readonly since: number;
  /** When every proxy was seen to have acknowledged it first. */
  acknowledgedAt: number | undefined;
}

/** Milliseconds from an answer to the next question: those that the workers of a proxy have from its acknowledgement on. */
const defaultPace = 1_000;
/** A mesh whose answers take long is asked for a fifth of the time at most. */
const restFactor = 4;
const maxIstiods = 10;

/**
 * Which routes and subsets every proxy is known to have. Istiods are asked only while a rollout waits for one; where anything is
 * unknown nothing is confirmed, and the settle time goes on.
 */
export class Confirmations {
  private readonly pending = new Map<string, Pending>();
  private readonly confirmed = new Map<string, string>();
  private readonly said = new Set<string>();
  private readonly witnesses: Witnesses;
  private readonly options: ConfirmationOptions;
  private readonly pace: number;
  private readonly attendance: Attendance;
  private asking = false;
  private cancel: (() => void) | undefined;
  private isStopped = false;

  constructor(options: ConfirmationOptions) {
    this.options = options;
    this.pace = options.pace ?? defaultPace;
    this.attendance = new Attendance(options);
    this.witnesses = new Witnesses({
      namespace: options.home,
      onEnd: (host, reason) => this.complain(`istiod at ${host}: ${reason}`),
    });
  }

  /** Whether every proxy has this of a component, by the generations of its VirtualServices, or of its DestinationRule. */
  has(application: string, component: string, resource: Resource, signature: string): boolean {
    return this.confirmed.get(keyOf(application, component, resource)) === signature;
  }

  /** What is there now: who still asks about something else asks in vain. */
  supersede(application: string, component: string, resource: Resource, signature: string): void {
    const key = keyOf(application, component, resource);
    if (this.pending.get(key)?.signature !== signature) this.drop(key);
  }

  /** Finds out, from now on until the settle time is over. */
  ask(application: string, component: string, signature: string, claim: Claim): void {
    const key = keyOf(application, component, claim.wanted.resource);
    const isAsked = this.confirmed.get(key) === signature || this.pending.get(key)?.signature === signature;
    if (this.isStopped || isAsked || this.options.settleSeconds * 1000 <= 2 * this.pace) return;
    this.drop(key);
    const since = this.options.clock.now();
    this.pending.set(key, { signature, watched: this.witnesses.watch(claim), since, acknowledgedAt: undefined });
    if (!this.asking && !this.cancel) void this.round();
  }

  /** What was confirmed was so in another time, or for another leader. */
  forgetAll(): void {
    for (const key of this.pending.keys()) this.drop(key);
    this.confirmed.clear();
  }

  forget(application: string): void {
    for (const key of [...this.pending.keys(), ...this.confirmed.keys()]) {
      if (applicationOf(key) !== application) continue;
      this.drop(key);
      this.confirmed.delete(key);
    }
  }

  stop(): void {
    this.isStopped = true;
    this.cancel?.();
    for (const key of this.pending.keys()) this.drop(key);
    this.witnesses.close();
  }

  private drop(key: string): void {
    const pending = this.pending.get(key);
    if (pending) this.witnesses.release(pending.watched);
    this.pending.delete(key);
  }

  /** One question to every istiod, and the next one after a pause as long as anybody waits. */
  private async round(): Promise<void> {
    const { clock } = this.options;
    const began = clock.now();
    this.asking = true;
    this.cancel = undefined;
    try {
      await this.look();
    } catch (error) {
      this.unacknowledge();
      this.complain(error instanceof IstiodError ? error.message : "the addresses of istiod, or a pod, cannot be read");
    }
    this.asking = false;
    this.expire();
    if (this.isStopped) return;
    if (this.pending.size === 0) return this.witnesses.close();
    const took = clock.now() - began;
    this.cancel = clock.after(Math.max(this.pace, took * restFactor), () => void this.round());
  }

  private async look(): Promise<void> {
    const { api, namespace, tokenFile, clock } = this.options;
    const istiods = await istiodsIn(api, namespace);
    if (istiods.length > maxIstiods) throw new IstiodError(`there are more than ${maxIstiods} istiods`);
    if (this.isStopped) return;
    this.witnesses.hear(istiods);
    const token = await tokenIn(tokenFile);
    const proxies = await Promise.all(istiods.map((istiod) => connectedProxies(istiod, token, clock)));
    const isWhole = await this.attendance.isWhole(proxies.flat());
    for (const [key, pending] of this.pending) {
      const isAcknowledged = istiods.every((istiod, index) => {
        const push = this.witnesses.pushOf(pending.watched, istiod);
        const { resource } = pending.watched.claim.wanted;
        return push !== undefined && (proxies[index] ?? []).every((proxy) => hasPush(proxy, resource, push));
      });
      this.note(key, pending, isWhole && isAcknowledged);
    }
  }

  /** It has to be so twice: a proxy acknowledges what its main thread took, and its workers follow. */
  private note(key: string, pending: Pending, isAcknowledged: boolean): void {
    const now = this.options.clock.now();
    if (!isAcknowledged) pending.acknowledgedAt = undefined;
    else if (pending.acknowledgedAt === undefined) pending.acknowledgedAt = now;
    else if (now - pending.acknowledgedAt >= this.pace) {
      this.drop(key);
      this.confirmed.set(key, pending.signature);
      this.options.onConfirmed(applicationOf(key));
    }
  }

  private unacknowledge(): void {
    for (const pending of this.pending.values()) pending.acknowledgedAt = undefined;
  }

  private expire(): void {
    const end = this.options.clock.now() - this.options.settleSeconds * 1000;
    for (const [key, { since }] of this.pending) {
      if (since > end) continue;
      this.drop(key);
      this.complain("not every proxy was seen to follow in time");
    }
  }

  /** Each reason once. */
  private complain(reason: string): void {
    if (this.isStopped || this.said.has(reason)) return;
    this.said.add(reason);
    this.options.log(`cannot confirm what proxies have, and waits for the settle time: ${reason}`);
  }
}

/** Neither a namespace nor a name has a blank. */
const keyOf = (application: string, component: string, resource: Resource): string =>
  `${application} ${component} ${resource}`;
const applicationOf = (key: string): string => key.split(" ")[0] ?? "";
