import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Api } from "../cluster/api.ts";
import { type Clock, systemClock } from "../cluster/clock.ts";
import { Events } from "../cluster/events.ts";
import type { World } from "../model/world.ts";
import { AgeBook } from "./ages.ts";
import { Caches } from "./caches.ts";
import { Health } from "./health.ts";
import { Leadership } from "./lease.ts";
import { Queue } from "./queue.ts";
import { type Log, reconcile, Said } from "./reconcile.ts";
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
  private readonly ages: AgeBook;
  private readonly queue: Queue;
  private readonly leadership: Leadership | undefined;
  private readonly events: Events;
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly namespace: string;
  private cancel: (() => void) | undefined;

  constructor({ api, settleSeconds, namespace, isActive, log, clock = systemClock }: ControllerOptions) {
    const onFault = (error: unknown): void => log(error instanceof Error ? error.message : String(error));
    this.clock = clock;
    this.log = log;
    this.namespace = namespace;
    const holder = `${hostname()}_${randomUUID()}`;
    this.events = new Events({ api, instance: hostname(), onFault, clock });
    this.ages = new AgeBook(clock);
    this.caches = new Caches({
      api,
      clock,
      onFault,
      onChange: (key) => this.look(key),
      onRewind: () => this.rewound(),
    });
    this.health = new Health({ states: () => this.caches.states(), onSound: () => this.resync(), log, clock });
    const tools = {
      api: whileLeading(api, () => this.acts),
      caches: this.caches,
      ages: this.ages,
      events: this.events,
      clock,
      settleSeconds,
      log,
      said: new Said(log),
    };
    this.queue = new Queue({ work: (key, failures) => reconcile(key, tools, failures), workers, clock });
    this.leadership = isActive
      ? new Leadership({
          api,
          namespace,
          name: leaseName,
          holder,
          clock,
          onGained: () => this.begin(),
          onLost: () => log("another process leads"),
          onFault,
        })
      : undefined;
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

  async stop(): Promise<void> {
    this.cancel?.();
    this.health.stop();
    await this.queue.stop();
    await this.leadership?.stop();
    await this.caches.stop();
    await this.events.close();
  }

  private get acts(): boolean {
    return this.isLeader && this.health.hold === undefined;
  }

  private look(key: string): void {
    if (this.acts) this.queue.add(key);
  }

  /** Since when what is in force has been so was learned from a time that never was. */
  private rewound(): void {
    this.ages.forgetAll();
    if (!this.health.rewound()) return;
    const note = "the API server went back in time, as after a restore: nothing is written for a minute";
    this.log(note);
    const regarding = { ...lease, metadata: { name: leaseName, namespace: this.namespace } };
    this.events.tell({ regarding, type: "Warning", reason: "WentBack", action: "Watch", note });
  }

  /** A leader that begins knows nothing of what it may have missed. */
  private begin(): void {
    this.log("leading");
    this.resync();
  }

  private resync(): void {
    this.cancel?.();
    if (!this.isLeader) return;
    const mayAct = this.acts;
    if (mayAct) for (const key of this.caches.keys()) this.queue.add(key);
    this.cancel = this.clock.after(mayAct ? resyncEvery : 100, () => this.resync());
  }
}
