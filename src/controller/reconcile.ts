import { standingFaults } from "../admission/recheck.ts";
import { type Api, asApiError } from "../cluster/api.ts";
import type { Clock } from "../cluster/clock.ts";
import type { Events } from "../cluster/events.ts";
import { perform } from "../cluster/perform.ts";
import { resources } from "../cluster/resources.ts";
import { apply, read, remove } from "../cluster/writes.ts";
import { asInteger, asText, at } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";
import type { Action, Observed } from "../rollout/observed.ts";
import { plan } from "../rollout/plan.ts";
import { states } from "../rollout/write.ts";
import type { AgeBook } from "./ages.ts";
import type { Caches } from "./caches.ts";
import { letGo } from "./ending.ts";
import { readyPods } from "./observe.ts";
import type { Outcome } from "./queue.ts";
import { tellingOf } from "./tell.ts";
import { resourceTracker } from "./tracker.ts";
import { isLost } from "./while-leading.ts";

/** What a reconciler works with. */
export interface Tools {
  /** Takes writes only as long as this process leads. */
  readonly api: Api;
  readonly caches: Caches;
  readonly ages: AgeBook;
  readonly events: Events;
  readonly clock: Clock;
  readonly settleSeconds: number;
  readonly log: Log;
  /** Why each Application waits, said once until it is another reason. */
  readonly said: Said;
}

export type Log = (message: string, fields?: Readonly<Record<string, string | number>>) => void;

export class Said {
  private readonly last = new Map<string, string>();
  private readonly log: Log;

  constructor(log: Log) {
    this.log = log;
  }

  /** Whether it is news. */
  tell(key: string, why: string): boolean {
    if (this.last.get(key) === why) return false;
    this.last.set(key, why);
    this.log(why, { application: key });
    return true;
  }

  forget(key: string): void {
    this.last.delete(key);
  }
}

/** A plan that goes on and on is a fault of ours; others want their turn. */
const turnLimit = 100;
/** Somebody else may write now and then; what conflicts again and again is decided on what is not so. */
const usualConflicts = 4;

/** Observes an Application, plans, and does what the plan says, until nothing is left to do now. It failed `failures` times in a row before. */
export async function reconcile(key: string, tools: Tools, failures = 0): Promise<Outcome> {
  try {
    return await work(key, tools);
  } catch (error) {
    if (isLost(error)) return nothing;
    const failure = asApiError(error);
    const fields = { application: key, reason: failure.reason, status: failure.status };
    if (!failure.isConflict || failures >= usualConflicts) tools.log(`could not reconcile: ${failure.message}`, fields);
    return { failed: true, retryAfter: failure.retryAfter };
  }
}

/** Undefined: what was done may have made more to do. */
type Turn = Outcome | undefined;

async function work(key: string, tools: Tools): Promise<Outcome> {
  for (let turns = 0; turns < turnLimit; turns++) {
    const outcome = await turn(key, tools);
    if (outcome) return outcome;
  }
  tools.log(`a plan that does not come to an end in ${turnLimit} turns`, { application: key });
  return { failed: true };
}

const nothing: Outcome = { wakeIn: undefined };

async function turn(key: string, tools: Tools): Promise<Turn> {
  const { api, caches } = tools;
  const [namespace = "", name = ""] = key.split("/");
  const app = await read(api, resources.Application, namespace, name);
  if (!app) return forget(key, tools);
  if (at(app, "metadata", "deletionTimestamp") !== undefined) {
    await letGo(api, app, caches.labelled(key));
    return nothing;
  }
  if (isKeptFromUs(app)) return nothing;
  return isNew(app) && isRefused(key, app, tools) ? nothing : follow(key, app, tools);
}

/** A spec that nobody has acted on; one that was is gone on with, whatever rules are new since. */
const isNew = (app: KubeObject): boolean =>
  (asInteger(at(app, "status", "observedGeneration")) ?? 0) < (asInteger(at(app, "metadata", "generation")) ?? 1);

/** The verdict again, since the webhook may have been off, or the world another one. */
function isRefused(key: string, app: KubeObject, { caches, events, said }: Tools): boolean {
  const faults = standingFaults(app, caches.world);
  const [first] = faults;
  if (!first) return false;
  // The log tells which rules; the messages quote the object, whose readers see Events.
  if (said.tell(key, `not rolled out, it breaks ${faults.map(({ rule }) => rule).join(", ")}`)) {
    const more = faults.length === 1 ? "" : `, and ${faults.length - 1} more`;
    const note = `not rolled out: ${first.field}: ${first.message} (${first.rule})${more}`;
    events.tell({ regarding: app, type: "Warning", reason: "Refused", action: "Judge", note });
  }
  return true;
}

/** Does what the plan says. Where it says nothing, waits. */
async function follow(key: string, app: KubeObject, tools: Tools): Promise<Turn> {
  const observed = observe(key, app, tools);
  const { actions, wakeIn, why } = plan(observed);
  for (const action of actions) await act(action, observed, tools);
  if (actions.length > 0) return undefined;
  await track(app, observed, tools);
  tools.said.tell(key, why);
  return { wakeIn };
}

async function act(action: Action, observed: Observed, { api, caches, events }: Tools): Promise<void> {
  const stored = await perform(api, action, observed);
  if (stored) caches.learn(stored);
  else if (action.do === "remove") caches.forget(action.object);
  events.tell(tellingOf(observed.app, action));
}

function observe(key: string, app: KubeObject, { caches, ages, clock, settleSeconds }: Tools): Observed {
  const labelled = caches.labelled(key);
  const ready = readyPods(app, labelled);
  const derived = labelled.filter(({ kind }) => kind !== "Pod" && kind !== "EndpointSlice");
  return {
    now: Math.floor(clock.date() / 1000),
    settleSeconds,
    app,
    objects: [...derived, ...caches.inTheWay(app)],
    ready,
    ages: ages.read(key, derived, ready),
  };
}

/** What keeps KubeVela's own controller from an Application too; the CLI writes `Disabled` while it rolls one back. */
function isKeptFromUs(app: KubeObject): boolean {
  const requirement = asText(at(app, "metadata", "annotations", names.controllerRequirement));
  return labelOf(app, names.pause) === "true" || (requirement !== undefined && requirement !== names.controller);
}

/** What belongs to an Application goes by owner references; a ResourceTracker is in no namespace and has no owner. */
async function forget(key: string, { api, caches, ages, said }: Tools): Promise<Outcome> {
  ages.forget(key);
  said.forget(key);
  for (const tracker of caches.labelled(key).filter(({ kind }) => kind === "ResourceTracker")) {
    await remove(api, tracker);
    caches.forget(tracker);
  }
  return { wakeIn: undefined };
}

async function track(app: KubeObject, { objects }: Observed, { api, caches }: Tools): Promise<void> {
  const wanted = resourceTracker(app, objects);
  const known = objects.find((object) => object["kind"] === "ResourceTracker" && nameOf(object) === nameOf(wanted));
  if (known && states(known, wanted)) return;
  const isOlder = asText(at(known, "metadata", "labels", "app.oam.dev/uid")) !== asText(at(app, "metadata", "uid"));
  if (known && isOlder) {
    await remove(api, known);
    caches.forget(known);
  }
  caches.learn(await apply(api, wanted, isOlder ? undefined : known));
}
