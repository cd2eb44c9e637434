import { type Api, asApiError } from "../cluster/api.ts";
import type { Clock } from "../cluster/clock.ts";
import type { Events } from "../cluster/events.ts";
import { resources } from "../cluster/resources.ts";
import { read, remove } from "../cluster/writes.ts";
import { isLeaving } from "../model/deletion.ts";
import { asText, at } from "../model/json.ts";
import { names } from "../model/names.ts";
import { isVelaCores } from "../model/vela-core.ts";
import { type KubeObject, labelOf } from "../model/world.ts";
import { lastAdmitted } from "../rollout/admitted.ts";
import type { Trouble } from "../rollout/conditions.ts";
import type { Action, Observed } from "../rollout/observed.ts";
import { plan } from "../rollout/plan.ts";
import type { AgeBook } from "./ages.ts";
import { askTheMesh } from "./ask-the-mesh.ts";
import { Beside } from "./beside.ts";
import type { Caches } from "./caches.ts";
import { CarryOut } from "./carry-out.ts";
import type { Confirmations } from "./confirmations.ts";
import { letGo } from "./ending.ts";
import type { Holds } from "./holds.ts";
import { generationOf, invalidityOf } from "./invalidity.ts";
import { present } from "./leaving.ts";
import { readyPods } from "./observe.ts";
import type { Outcome } from "./queue.ts";
import type { Log, Said } from "./said.ts";
import { isTracker } from "./tracker.ts";
import { isLost } from "./while-leading.ts";

export { type Log, Said } from "./said.ts";

/** What a reconciler works with. */
export interface Tools {
  /** Takes writes only as long as this process leads. */
  readonly api: Api;
  readonly caches: Caches;
  readonly ages: AgeBook;
  /** Undefined where istiod is not asked. */
  readonly confirmations: Confirmations | undefined;
  readonly events: Events;
  readonly holds: Holds;
  readonly clock: Clock;
  readonly settleSeconds: number;
  readonly log: Log;
  /** Why each Application waits, said once until it is another reason. */
  readonly said: Said;
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
    if (isLost(error)) return soon;
    const failure = asApiError(error);
    const fields = { application: key, reason: failure.reason, status: failure.status };
    if (!failure.isConflict || failures >= usualConflicts)
      tools.log(`could not reconcile: ${failure.message}`, fields, "warn");
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
  tools.log(`a plan that does not come to an end in ${turnLimit} turns`, { application: key }, "error");
  return { failed: true };
}

export const nothing: Outcome = { wakeIn: undefined };
/** Whoever stopped it in the middle may let it go on at once. */
export const soon: Outcome = { wakeIn: 1 };

async function turn(key: string, tools: Tools): Promise<Turn> {
  const { api, caches } = tools;
  const [namespace = "", name = ""] = key.split("/");
  const app = await read(api, resources.Application, namespace, name);
  if (!app) return forget(key, tools);
  if (isVelaCores(app, caches.world)) {
    tools.said.tell(key, `left to vela-core, it is not annotated ${names.controllerRequirement}: ${names.controller}`);
    return nothing;
  }
  if (isKeptFromUs(app)) return nothing;
  if (isLeaving(app)) {
    await letGo(api, app, caches.labelled(key));
    return nothing;
  }
  tools.holds.accept(key, generationOf(app));
  const invalid = invalidityOf(key, app, tools);
  return invalid ? keep(key, app, tools, invalid, judgeAgainIn) : follow(key, { stored: app, acted: app }, tools);
}

/** Seconds after which a spec that breaks a rule is judged again: what it collides with may be gone. */
const judgeAgainIn = 60;

/** A spec that cannot be acted on changes nothing: what runs is kept as the last one that was admitted has it. */
async function keep(key: string, app: KubeObject, tools: Tools, trouble: Trouble, again: number): Promise<Turn> {
  const acted = lastAdmitted(app, tools.caches.labelled(key));
  if (acted) return follow(key, { stored: app, acted, again }, tools, trouble);
  const { hasMore, wakeIn } = await new CarryOut(key, observe(key, app, tools), tools, trouble).all([]);
  return hasMore ? undefined : { wakeIn: soonest(wakeIn, again) };
}

/** The Application as it is stored, and as it is acted on. */
interface Followed {
  readonly stored: KubeObject;
  readonly acted: KubeObject;
  /** Seconds until the stored one may be acted on. */
  readonly again?: number;
}

/** Nothing is rolled out before its revisions are recorded. */
const isRecord = ({ kind }: KubeObject): boolean => kind === "ControllerRevision" || kind === "ApplicationRevision";
const isRecording = (actions: readonly Action[]): boolean =>
  actions.some((action) => action.do === "apply" && isRecord(action.object));

/** Does what the plan says. Where nothing of it can be done now, waits. */
async function follow(key: string, { stored, acted, again }: Followed, tools: Tools, trouble?: Trouble): Promise<Turn> {
  const observed = observe(key, acted, tools);
  // At once: a push that is over before somebody listens proves nothing.
  if (tools.confirmations) askTheMesh(key, observed, tools.ages, tools.confirmations);
  const beside = new Beside(key, stored, observed.objects, tools);
  await beside.keepEnd();
  const { actions, wakeIn, why } = plan({ ...observed, objects: present(observed.objects, observed.ready) });
  const done = await new CarryOut(key, { ...observed, app: stored }, tools, trouble, beside).all(actions, acted);
  if (done.hasMore) return undefined;
  if (done.trouble && stored === acted && isRecording(actions))
    return keep(key, stored, tools, done.trouble, done.wakeIn ?? judgeAgainIn);
  if (done.trouble === undefined) tools.said.tell(key, why);
  return { wakeIn: soonest(wakeIn, done.wakeIn, again) };
}

function soonest(...seconds: readonly (number | undefined)[]): number | undefined {
  const known = seconds.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
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

/** What belongs to an Application goes by owner references; our ResourceTracker is in no namespace and has no owner. */
async function forget(key: string, { api, caches, ages, confirmations, holds, said }: Tools): Promise<Outcome> {
  ages.forget(key);
  confirmations?.forget(key);
  holds.forget(key);
  said.forget(key);
  for (const tracker of caches.labelled(key).filter((object) => isTracker(object, key) && !isLeaving(object))) {
    caches.removed(tracker, await remove(api, tracker));
  }
  return { wakeIn: undefined };
}
