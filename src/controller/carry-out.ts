import { asApiError } from "../cluster/api.ts";
import { perform, seenIn } from "../cluster/perform.ts";
import { resourceOf } from "../cluster/resources.ts";
import { read } from "../cluster/writes.ts";
import { asList, asText, at, equal, type Json, type JsonObject, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";
import { isTold, type Trouble, troubledStatus } from "../rollout/conditions.ts";
import type { Action, Observed } from "../rollout/observed.ts";
import { attempt } from "./attempt.ts";
import type { Beside } from "./beside.ts";
import { isInVain, stayOf } from "./leaving.ts";
import type { Tools } from "./reconcile.ts";
import { isAnswer, type Place } from "./refusal.ts";
import { fightTrouble } from "./rival.ts";
import { tellingOf, troubleOf } from "./tell.ts";

/** What came of the actions of a plan. */
export interface Done {
  /** Something was written, or what was observed is no longer so: there may be more to do. */
  readonly hasMore: boolean;
  /** Seconds until the first of those that wait may be tried; undefined where none waits. */
  readonly wakeIn: number | undefined;
  /** Of the actions, or known before them: what is written beside them hinders nothing. */
  readonly trouble: Trouble | undefined;
}

/** The actions of one plan for one Application, on their way. */
export class CarryOut {
  private readonly key: string;
  private readonly observed: Observed;
  private readonly tools: Tools;
  private readonly troubles: Trouble[];
  private readonly beside: Beside | undefined;
  /** Components, of which one action was not done; undefined stands for all of them. */
  private readonly stopped = new Set<string | undefined>();
  private readonly waits: number[] = [];
  private hasMore = false;

  /**
   * `observed.app` is the Application as it is stored; `trouble` is what is known before any write; `beside` is told of with
   * what is done.
   */
  constructor(key: string, observed: Observed, tools: Tools, trouble: Trouble | undefined, beside?: Beside) {
    this.key = key;
    this.observed = observed;
    this.tools = tools;
    this.troubles = trouble ? [trouble] : [];
    this.beside = beside;
  }

  /**
   * Does them in order. One that is refused, or waits, stops those of its component, and no others: what they repair does
   * not wait for it. A conflict says that something else is so than was observed, and ends them all. Beside them is kept what
   * belongs to the Application as it is acted on.
   */
  async all(actions: readonly Action[], acted = this.observed.app): Promise<Done> {
    const writes = actions.filter((action) => action.do !== "write-status");
    for (const action of writes) {
      if (!mayFollow(action, this.stopped, this.components())) continue;
      if ((await this.one(action)) === "conflict") return this.done();
    }
    const { beside } = this;
    if (!this.hasMore && this.troubles.length === 0) await beside?.keepRest(acted);
    if (beside?.hasMore) this.hasMore = true;
    // What may be a matter of moments is over before the status would say so.
    const isMoment = beside?.holdsStatus || (this.waits.length > 0 && this.troubles.length === 0);
    if (beside?.hasMore || isMoment) return this.done();
    const planned = actions.find((action) => action.do === "write-status");
    const status = this.statusOf(planned?.status);
    if (status && !equal(at(this.observed.app, "status"), status as Json))
      await this.one({ do: "write-status", status, event: planned?.event ?? "" });
    return this.done();
  }

  private async one(action: Action): Promise<"done" | "waits" | "conflict"> {
    const { key, observed, tools } = this;
    const place = placeOf(action, observed);
    const seen = action.do === "write-status" ? observed.app : seenIn(observed.objects, action.object);
    if (isInVain(action, seen)) return this.await(action, place, seen);
    const came = await attempt(key, observed.app, tools, {
      place,
      seen,
      send: () => perform(tools.api, action, observed),
      // An Application that is gone is not in trouble.
      isOwn: (error) => isAnswer(error) && !(action.do === "write-status" && asApiError(error).isNotFound),
    });
    if (came.as === "done") {
      this.wrote(action, place, came.stored);
      return "done";
    }
    if (came.as === "conflict") {
      this.hasMore = true;
      return "conflict";
    }
    const isFight = came.isFight && action.do === "apply";
    return this.stop(action, came.seconds, isFight ? await this.fight(place, action.object) : came.trouble);
  }

  private wrote(action: Action, place: Place, stored: KubeObject | undefined): void {
    const { key, observed, tools } = this;
    this.hasMore = true;
    if (action.do === "remove") tools.caches.removed(action.object, stored);
    else if (stored) tools.caches.learn(stored);
    if (action.do === "apply") tools.holds.written(key, place, action.object);
    else tools.holds.succeeded(key, place);
    if (action.event !== "") tools.events.tell(tellingOf(observed.app, action));
  }

  /** Until it is gone nothing of it can be written, nor need it be deleted. */
  private await(action: Action, place: Place, seen: KubeObject | undefined): "waits" {
    const { key, observed, tools } = this;
    const { seconds, trouble } = stayOf(place, seen, observed.now);
    if (trouble && !isTold(observed.app, trouble)) {
      tools.log("an object that is being deleted stays", { application: key, ...place }, "warn");
      this.tell(trouble);
    }
    return this.stop(action, seconds, trouble);
  }

  private stop(action: Action, seconds: number, trouble: Trouble | undefined): "waits" {
    this.stopped.add(componentOf(action));
    this.waits.push(seconds);
    if (trouble) this.troubles.push(trouble);
    return "waits";
  }

  /** Who has written it last is known only before we write it again. */
  private async fight(place: Place, object: KubeObject): Promise<Trouble> {
    const { key, tools } = this;
    const namespace = asText(at(object, "metadata", "namespace")) ?? "";
    const live = await read(tools.api, resourceOf(object), namespace, place.name);
    const trouble = fightTrouble(place, live);
    tools.holds.name(key, place, trouble);
    tools.log("an object is changed again and again by somebody else", { application: key, ...place }, "warn");
    this.tell(trouble);
    return trouble;
  }

  private tell(trouble: Trouble): void {
    this.tools.events.tell(troubleOf(this.observed.app, trouble));
  }

  private statusOf(planned: JsonObject | undefined): JsonObject | undefined {
    const trouble = this.troubles[0] ?? this.beside?.troubles[0];
    return trouble ? troubledStatus(this.observed.app, planned, trouble, this.observed.now) : planned;
  }

  private components(): readonly unknown[] {
    return asList(at(this.observed.app, "spec", "components")).map((component) => own(component, "name"));
  }

  private done(): Done {
    const { hasMore, troubles } = this;
    const waits = [...this.waits, ...(this.beside?.waits ?? [])];
    return { hasMore, wakeIn: waits.length === 0 ? undefined : Math.min(...waits), trouble: troubles[0] };
  }
}

const placeOf = (action: Action, { app }: Observed): Place => {
  const object = action.do === "write-status" ? app : action.object;
  return { kind: String(object["kind"]), name: nameOf(object) };
};

const componentOf = (action: Action): string | undefined =>
  action.do === "write-status" ? undefined : labelOf(action.object, names.component);

/**
 * Whether an action may be done where those of some components were not: not before them in the order of its own, and what
 * belonged to a component that is gone stays until what takes its place is there.
 */
export function mayFollow(
  action: Action,
  stopped: ReadonlySet<string | undefined>,
  components: readonly unknown[],
): boolean {
  if (stopped.size === 0) return true;
  const component = componentOf(action);
  if (component === undefined || stopped.has(undefined) || stopped.has(component)) return false;
  return action.do !== "remove" || components.includes(component);
}
