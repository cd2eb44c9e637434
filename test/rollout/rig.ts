import { asText, at, type Json, type JsonObject } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import { type KubeObject, labelOf } from "../../src/model/world.ts";
import { weightsOf } from "../../src/rollout/component.ts";
import type { Action, Observed } from "../../src/rollout/observed.ts";
import { plan } from "../../src/rollout/plan.ts";
import { forgotten } from "../../src/simulate/paper-ages.ts";
import {
  emptyCluster,
  keyOf,
  nextEvent,
  observed,
  type PaperCluster,
  performed,
  removed,
  withPodsOf,
  written,
} from "../../src/simulate/paper-cluster.ts";
import { crashed, failed } from "../../src/simulate/pods.ts";
import { type PastRoute, violations } from "./invariants.ts";

export const settleSeconds = 12;
const planLimit = 300;
const restLimit = 3000;

/** Where the controller dies: before the write with this number, counted over the whole run. */
export type DiesBefore = ReadonlySet<number>;

/** One Application on a paper cluster, driven by the real plan; every write is checked. */
export class Rig {
  cluster: PaperCluster = emptyCluster({
    settleSeconds,
    readyAfter: 1,
    failing: new Set(),
    meshConfirms: false,
    meshLag: 0,
  });
  now = 0;
  writes = 0;
  /** Seconds by which the controller sees pods late. */
  watchLag = 0;
  private pods: { readonly since: number; readonly pods: PaperCluster["pods"] }[] = [];
  readonly log: string[] = [];
  protected past: PastRoute[] = [];
  private readonly key: string;
  private readonly diesBefore: DiesBefore;

  constructor(key: string, diesBefore: DiesBefore = new Set()) {
    this.key = key;
    this.diesBefore = diesBefore;
  }

  app(): KubeObject {
    return this.cluster.objects.get(this.key) ?? {};
  }

  /** What the controller sees: its own writes at once, pods as they were when the watch last told. */
  observe(): Observed {
    if (this.pods.at(-1)?.pods !== this.cluster.pods) this.pods.push({ since: this.now, pods: this.cluster.pods });
    if (this.watchLag === 0) return observed(this.cluster, this.app(), this.now);
    const seen = this.now - this.watchLag;
    const pods = this.pods.findLast(({ since }) => since <= seen)?.pods ?? new Map();
    const stale = observed({ ...this.cluster, pods }, this.app(), seen);
    return { ...observed(this.cluster, this.app(), this.now), ready: stale.ready, objects: stale.objects };
  }

  /** When something is to be seen next. */
  protected nextSight(): number {
    const changes = this.pods.map(({ since }) => since + this.watchLag).filter((time) => time > this.now);
    const late = nextEvent(this.cluster, this.now - this.watchLag) + this.watchLag;
    return Math.min(nextEvent(this.cluster, this.now), late, ...changes);
  }

  /** A person applies a manifest. */
  apply(object: KubeObject, what: string): void {
    this.note(`> ${what}`);
    this.cluster = written(this.cluster, { ...object, status: at(this.app(), "status") ?? {} }, this.now);
  }

  /** A person writes the status. */
  write(object: JsonObject, what: string): void {
    this.note(`> ${what}`);
    this.cluster = written(this.cluster, object, this.now);
  }

  crash(revision: string): void {
    this.note(`> crash ${revision}`);
    this.cluster = withPodsOf(this.cluster, revision, (pods) => crashed(pods, revision, this.now, this.cluster.nature));
  }

  fail(revision: string): void {
    this.note(`> fail ${revision}`);
    this.cluster = { ...this.cluster, nature: { ...this.cluster.nature, failing: new Set([revision]) } };
    this.cluster = withPodsOf(this.cluster, revision, (pods) => failed(pods, this.now));
  }

  /** Somebody deletes a derived object by hand. */
  remove(object: KubeObject): void {
    this.note(`> delete ${String(object["kind"])} ${keyOf(object)}`);
    this.leaves(object);
    this.cluster = removed(this.cluster, object, this.now);
  }

  /** The controller is another process: what it knows of ages begins now. */
  restart(): void {
    this.note("> restart controller");
    this.cluster = forgotten(this.cluster, this.now);
  }

  /** Goes on until nothing happens by itself, or for so many seconds; the reason of the last plan. */
  rest(seconds = Number.POSITIVE_INFINITY): string {
    const until = this.now + seconds;
    for (let turns = 0; turns < restLimit; turns++) {
      const { wakeIn, why } = this.settle();
      const woken = wakeIn === undefined ? Number.POSITIVE_INFINITY : this.now + Math.max(wakeIn, 1e-9);
      const next = Math.min(this.nextSight(), woken);
      if (next === Number.POSITIVE_INFINITY || next > until) {
        if (until !== Number.POSITIVE_INFINITY) this.now = until;
        return why;
      }
      this.now = next;
    }
    throw this.fault("does not come to rest");
  }

  protected settle(): { wakeIn: number | undefined; why: string } {
    for (let turns = 0; turns < planLimit; turns++) {
      const { actions, wakeIn, why } = plan(this.observe());
      if (actions.length === 0) return { wakeIn, why };
      for (const action of actions) if (!this.perform(action)) break;
    }
    throw this.fault("the plan does not come to an end");
  }

  /** Whether the controller lived to do it. */
  protected perform(action: Action): boolean {
    if (this.diesBefore.has(this.writes++)) {
      this.restart();
      return false;
    }
    this.past = this.past.filter((route) => route.until > this.now - settleSeconds);
    const faults = action.do === "write-status" ? [] : violations(this.observe(), action, this.past);
    this.note(`${action.do} ${action.event}`);
    if (faults.length > 0) throw this.fault(faults.join("; "));
    if (action.do !== "write-status") this.leaves(action.object);
    this.cluster = performed(this.cluster, action, this.app(), this.now);
    return true;
  }

  /** Proxies may have the route that goes for a settle time more. */
  protected leaves(object: KubeObject): void {
    const before = object["kind"] === "VirtualService" ? this.cluster.objects.get(keyOf(object)) : undefined;
    if (before)
      this.past.push({
        component: labelOf(before, names.component) ?? "",
        weights: weightsOf(before),
        until: this.now,
      });
  }

  protected note(text: string): void {
    this.log.push(`${this.now.toFixed(1)} ${text}`);
  }

  fault(what: string): Error {
    return new Error(`${what}\n${this.log.slice(-60).join("\n")}`);
  }
}

/** What the cluster holds in the end, without times, numbers of writes and names of runs. */
export function endState({ cluster }: Rig): Json {
  const timeless = (value: Json | undefined): Json =>
    JSON.parse(
      JSON.stringify(value ?? null, (key, inner) =>
        [
          "generation",
          "uid",
          "lastTransitionTime",
          "firstExecuteTime",
          "lastExecuteTime",
          "startTime",
          "endTime",
          "rollguard.dev/stable-since",
        ].includes(key)
          ? undefined
          : inner,
      ),
    );
  return Object.fromEntries(
    [...cluster.objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, object]) => [key, timeless(object)]),
  );
}

export const phaseOf = (rig: Rig): string => asText(at(rig.app(), "status", "status")) ?? "";
