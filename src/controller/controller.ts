import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Api } from "../cluster/api.ts";
import { type Clock, systemClock } from "../cluster/clock.ts";
import { Events } from "../cluster/events.ts";
import type { World } from "../model/world.ts";
import { AgeBook } from "./ages.ts";
import { Caches } from "./caches.ts";
import { Confirmations, type IstiodOptions } from "./confirmations.ts";
import { Health } from "./health.ts";
import { Holds } from "./holds.ts";
import { Leadership } from "./lease.ts";
import { type Outcome, Queue } from "./queue.ts";
import { type Log, nothing, reconcile, Said, soon, type Tools } from "./reconcile.ts";
import { Support } from "./support.ts";
import { whileLeading } from "./while-leading.ts";

export interface ControllerOptions {
  readonly api: Api;
  /** Seconds until every proxy is taken to have a new route. */
  readonly settleSeconds: number;
  /** Where its Lease is. */
  readonly namespace: string;
  /** Without it nothing is rolled out, and the caches serve admission alone. */
  readonly isActive: boolean;
  readonly log: Log;
  /** How istiod is asked whether proxies have a route; the settle time alone counts without. */
  readonly istiod?: IstiodOptions | undefined;
  readonly clock?: Clock;
}

const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" };
const leaseName = "rollguard-controller";
const workers = 4;
/** Nothing is lost without it; it finds what nobody told. */
const resyncEvery = 300_000;

/** Caches of the cluster, and, for the one that leads, the work on every Application. */
export class Controller {
  private readonly caches: Caches;
  private readonly health: Health;
  private readonly queue: Queue;
  private readonly support: Support | undefined;
  private leadership: Leadership | undefined;
  private readonly events: Events;
  private readonly confirmations: Confirmations | undefined;
  private readonly tools: Tools;
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly namespace: string;
  private cancel: (() => void) | undefined;
  private resigned: Promise<void> | undefined;

  constructor({ api, settleSeconds, namespace, isActive, log, istiod, clock = systemClock }: ControllerOptions) {
    const onFault = (error: unknown): void => log(error instanceof Error ? error.message : String(error), {}, "warn");
    this.clock = clock;
    this.log = log;
    this.namespace = namespace;
    const holder = `${hostname()}_${randomUUID()}`;
    this.events = new Events({ api, instance: hostname(), onFault, clock });
    const onConfirmed = (key: string): void => this.look(key);
    this.confirmations =
      istiod && new Confirmations({ ...istiod, api, clock, home: namespace, settleSeconds, log, onConfirmed });
    this.caches = new Caches({
      api,
      clock,
      onFault,
      onChange: (key) => this.look(key),
      onRewind: () => this.rewound(),
    });
    this.health = new Health({ states: () => this.caches.states(), onSound: () => this.resync(), log, clock });
    this.tools = {
      api,
      caches: this.caches,
      ages: new AgeBook(clock, (...known) => this.confirmations?.has(...known) ?? false),
      confirmations: this.confirmations,
      events: this.events,
      holds: new Holds(clock),
      clock,
      settleSeconds,
      log,
      said: new Said(log),
    };
    this.queue = new Queue({ work: (key, failures) => this.work(key, failures), workers, clock });
    const lead = (): Leadership =>
      new Leadership({
        api,
        namespace,
        name: leaseName,
        holder,
        clock,
        onGained: () => this.begin(),
        onLost: () => log("not leading any more", {}, "warn"),
        onFault,
      });
    const onGiven = (): void => {
      this.leadership ??= lead();
    };
    this.support = isActive ? new Support({ api, clock, log, onGiven }) : undefined;
  }

  get world(): World {
    return this.caches.world;
  }

  /** Why nothing can be judged; true where it can. */
  get ready(): true | string {
    return this.health.unready ?? true;
  }

  get isLeader(): boolean {
    return this.leadership?.isLeader ?? false;
  }

  /** Ends the work on Applications and gives the Lease back, so that another process goes on; what webhooks read stays. */
  resign(): Promise<void> {
    this.resigned ??= this.endWork();
    return this.resigned;
  }

  async stop(): Promise<void> {
    await this.resign();
    this.health.stop();
    await this.caches.stop();
    await this.events.close();
  }

  private async endWork(): Promise<void> {
    this.cancel?.();
    this.confirmations?.stop();
    await this.support?.stop();
    await this.queue.stop();
    await this.leadership?.stop();
  }

  private get acts(): boolean {
    return (
      this.isLeader && this.health.hold === undefined && this.support?.isGiven === true && this.resigned === undefined
    );
  }

  private look(key: string): void {
    this.queue.add(key);
  }

  /** Who may act is asked here and before every write, not where a change is heard: what nobody noted would be forgotten. */
  private async work(key: string, failures: number): Promise<Outcome> {
    if (!this.acts) return this.isLeader ? soon : nothing;
    const term = this.leadership?.term;
    const api = whileLeading(this.tools.api, () => this.acts && this.leadership?.term === term);
    return reconcile(key, { ...this.tools, api }, failures);
  }

  /** Since when what is in force has been so was learned from a time that never was. */
  private rewound(): void {
    this.forgetAges();
    if (!this.health.rewound()) return;
    const note = "the API server went back in time, as after a restore: nothing is written for a minute";
    this.log(note, {}, "warn");
    const regarding = { ...lease, metadata: { name: leaseName, namespace: this.namespace } };
    this.events.tell({ regarding, type: "Warning", reason: "WentBack", action: "Watch", note });
  }

  /** A leader that begins knows nothing of what it may have missed: neither changes, nor how old anything is. */
  private begin(): void {
    this.log("leading");
    this.forgetAges();
    this.resync();
  }

  private forgetAges(): void {
    this.tools.ages.forgetAll();
    this.confirmations?.forgetAll();
  }

  private resync(): void {
    this.cancel?.();
    if (!this.isLeader) return;
    const { acts } = this;
    if (acts) for (const key of this.caches.keys()) this.queue.add(key);
    this.cancel = this.clock.after(acts ? resyncEvery : 100, () => this.resync());
  }
}
