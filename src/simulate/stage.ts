import { reviewObject } from "../admission/review.ts";
import { asObject, type JsonObject, own } from "../model/json.ts";
import { remembered } from "../model/remembered.ts";
import { type KubeObject, kindOf, objectStore } from "../model/world.ts";
import type { Action, Observed, Plan } from "../rollout/observed.ts";
import { plan } from "../rollout/plan.ts";
import { planLine } from "../rollout/plan-line.ts";
import type { TimeTold } from "../rollout/why.ts";
import { Camera, isSeen, isTold } from "./camera.ts";
import { commanded } from "./commanded.ts";
import {
  dueTime,
  emptyCluster,
  keyOf,
  latestObserved,
  type PaperCluster,
  performed,
  withPodsOf,
  written,
} from "./paper-cluster.ts";
import { installed, paperNamespace } from "./paper-world.ts";
import type { Player } from "./player.ts";
import { crashed, failed, type Pods } from "./pods.ts";
import type { Act, Judged } from "./script.ts";

/** A loop that does not come to rest is a fault of ours. */
const turnLimit = 100_000;
const never = Number.POSITIVE_INFINITY;

/** Paper clusters in time, one for each Application: on paper they touch each other at admission only. */
export class Stage {
  now = 0;
  readonly verdicts: Judged[] = [];
  readonly camera: Camera;
  refusal: string | undefined;
  nature: PaperCluster["nature"];
  lagExceedsSettle = false;
  private readonly players = new Map<string, Player>();
  private readonly store = objectStore();
  private readonly plan: (observed: Observed) => Plan;

  constructor(nature: PaperCluster["nature"], timeTold: TimeTold) {
    this.nature = nature;
    this.plan = remembered((seen) => plan(seen, timeTold));
    this.camera = new Camera();
    for (const object of installed) this.store.put(object);
  }

  clusters(): readonly PaperCluster[] {
    return [...this.players.values()].map(({ cluster }) => cluster);
  }

  /** The Application as it is stored. */
  stored(object: KubeObject): KubeObject | undefined {
    return this.players.get(keyOf(object))?.cluster.objects.get(keyOf(object));
  }

  perform(act: Act): void {
    if (act.do === "apply") this.applyAll(act);
    else if (act.do === "command") this.command(act);
    else if (act.do === "mesh-confirms") this.shape({ meshConfirms: true });
    else if (act.do === "shape")
      this.shape(act.what === "ready-after" ? { readyAfter: act.seconds } : { meshLag: act.seconds });
    else this.break(act.do, act.revision);
  }

  private applyAll({ objects, file }: Extract<Act, { do: "apply" }>): void {
    for (const object of objects) if (this.refusal === undefined) this.apply(object, file, `apply ${file}`);
  }

  private break(how: "fail" | "crash", revision: string): void {
    if (how === "fail") this.shape({ failing: new Set([...this.nature.failing, revision]) });
    for (const player of this.players.values()) {
      const change = (pods: Pods): Pods =>
        how === "fail" ? failed(pods, this.now) : crashed(pods, revision, this.now, this.nature);
      this.move(player, withPodsOf(player.cluster, revision, change));
      this.show(player, `${how} ${revision}`);
    }
  }

  private shape(change: Partial<PaperCluster["nature"]>): void {
    this.nature = { ...this.nature, ...change };
    this.lagExceedsSettle ||= this.nature.meshLag > this.nature.settleSeconds;
    for (const player of this.players.values()) this.move(player, { ...player.cluster, nature: this.nature });
  }

  private apply(object: KubeObject, file: string, event: string): void {
    this.store.put(paperNamespace(object));
    const live = this.stored(object);
    const review = reviewObject(object, live, { world: this.store.world, planLine });
    this.verdicts.push({ file, object, review });
    if (!review.allowed) this.refusal = `${file} is refused`;
    else this.write({ ...review.object, status: asObject(own(live, "status")) }, event);
  }

  /** A person writes the Application. */
  write(object: JsonObject, event: string): void {
    const key = keyOf(object);
    const player = this.players.get(key) ?? { key, cluster: emptyCluster(this.nature), due: this.now, limit: never };
    this.players.set(key, player);
    this.move(player, written(player.cluster, object, this.now));
    this.remember(player, object);
    this.show(player, event);
  }

  private command({ command, application }: Extract<Act, { do: "command" }>): void {
    const { edits, refusal } = commanded(command, application, this.clusters());
    if (refusal !== undefined) this.refusal = refusal;
    for (const { object, event, isSpec } of edits) {
      if (isSpec) this.apply(object, "rollback", event);
      else this.write(object, event);
    }
  }

  /** Goes on until nothing happens by itself any more. */
  rest(): void {
    this.restUntil(() => false);
  }

  /** Goes on until something is so, or nothing happens by itself any more; whether it is so. */
  restUntil(isSo: () => boolean): boolean {
    for (let turns = 0; turns < turnLimit; turns++) {
      this.settle();
      if (isSo()) return true;
      if (this.isAtRest()) return false;
      this.now = this.nextTime();
    }
    throw new Error("the simulation does not come to rest");
  }

  /** Lets so much time pass. */
  passTime(seconds: number): void {
    const until = this.now + seconds;
    for (let turns = 0; turns < turnLimit && this.now < until; turns++) {
      this.settle();
      this.now = Math.min(this.nextTime(), until);
    }
  }

  private isAtRest(): boolean {
    return [...this.players.values()].every(({ due }) => due <= this.now || due === never);
  }

  private nextTime(): number {
    const times = [...this.players.values()].flatMap(({ due, limit }) => [due, limit]);
    return times.filter((time) => time > this.now).reduce((first, time) => Math.min(first, time), never);
  }

  /** Does all that can be done now, for whom there is something to do. */
  private settle(): void {
    for (const player of this.players.values()) {
      if (Math.min(player.due, player.limit) > this.now) continue;
      const observed = this.observe(player);
      this.camera.showPods(player.key, observed, this.now, () => this.plan(observed).why);
      for (let turns = 0; this.reconcile(player); turns++)
        if (turns > turnLimit) throw new Error("the plan does not come to an end");
    }
  }

  private observe({ cluster, key }: Player): Observed {
    return latestObserved(cluster, key, this.now);
  }

  /** One plan and its writes; whether there were any. */
  private reconcile(player: Player): boolean {
    const { actions, wakeIn, isUpToPerson, why } = this.plan(this.observe(player));
    for (const action of actions) this.act(player, action, why);
    if (actions.length > 0) return true;
    this.camera.explain(player.key, this.observe(player), this.now, why);
    player.due = dueTime(player.cluster, this.now, isUpToPerson ? undefined : wakeIn);
    player.limit = isUpToPerson && wakeIn !== undefined ? this.now + wakeIn : never;
    return false;
  }

  private act(player: Player, action: Action, why: string): void {
    this.move(player, performed(player.cluster, action, player.cluster.objects.get(player.key) ?? {}, this.now));
    if (action.do === "remove") this.store.drop(action.object);
    else this.remember(player, action.do === "apply" ? action.object : (player.cluster.objects.get(player.key) ?? {}));
    const { event } = action;
    if (!isSeen(action)) this.camera.pass(player.key, event);
    else this.camera.show(player.key, this.observe(player), { at: this.now, event, why }, isTold(action));
  }

  /** The world that admission sees has every object as it is stored. */
  private remember({ cluster }: Player, object: KubeObject): void {
    const stored = kindOf(object) && cluster.objects.get(keyOf(object));
    if (stored) this.store.put(stored);
  }

  private move(player: Player, cluster: PaperCluster): void {
    player.cluster = cluster;
    player.due = this.now;
  }

  private show(player: Player, event: string): void {
    const observed = this.observe(player);
    this.camera.show(player.key, observed, { at: this.now, event, why: this.plan(observed).why }, true);
  }
}
