import { createHash } from "node:crypto";
import { asText, at, type Json, own } from "../../src/model/json.ts";
import { type KubeObject, nameOf } from "../../src/model/world.ts";
import { type Command, command } from "../../src/rollout/commands.ts";
import { weightsOf } from "../../src/rollout/component.ts";
import type { Action, Observed, Plan } from "../../src/rollout/observed.ts";
import {
  emptyCluster,
  keyOf,
  observed,
  type PaperCluster,
  performed,
  removed,
  written,
} from "../../src/simulate/paper-cluster.ts";
import { type PastRoute, violations } from "./invariants.ts";
/** What people do, in this order. */
export type Act = { readonly apply: KubeObject } | { readonly command: Command } | { readonly delete: string };

export interface SmallWorld {
  readonly name: string;
  readonly acts: readonly Act[];
  readonly deaths: number;
  readonly crashes: number;
  /** Revisions whose pods never become ready. */
  readonly failing?: readonly string[];
}

export interface State {
  readonly cluster: PaperCluster;
  readonly pending: readonly Action[];
  readonly decided: Observed | undefined;
  readonly past: readonly PastRoute[];
  readonly act: number;
  readonly deaths: number;
  readonly crashes: number;
}

export interface Step {
  readonly event: string;
  readonly state: State;
  readonly isFair: boolean;
  readonly faults: readonly string[];
}

export type Planner = (observed: Observed) => Plan;

/** Ages in seconds before a constant now. */
const fresh = 0;
const paused = -2;
const settled = -1000;
const key = "Application/default/shop";
const never = Number.POSITIVE_INFINITY;
const nature = { settleSeconds: 12, readyAfter: never, failing: new Set<string>(), meshConfirms: false, meshLag: 0 };
export const begin = (world: SmallWorld): State => ({
  cluster: emptyCluster(nature),
  pending: [],
  decided: undefined,
  past: [],
  act: 0,
  deaths: world.deaths,
  crashes: world.crashes,
});
const appOf = (cluster: PaperCluster): KubeObject | undefined => cluster.objects.get(key);
function see(state: State, world: SmallWorld): Observed {
  const seen = observed(state.cluster, appOf(state.cluster) ?? {}, 0);
  const failing = world.failing ?? [];
  return {
    ...seen,
    objects: seen.objects.map((object) =>
      failing.includes(nameOf(object)) && object["kind"] === "Deployment" ? expired(object) : object,
    ),
  };
}
/** A Deployment whose pods never become ready, after its progress deadline. */
const expired = (deployment: KubeObject): KubeObject => ({
  ...deployment,
  status: { conditions: [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }] },
});
export function stepsOf(state: State, world: SmallWorld, plan: Planner): Step[] {
  return [
    ...controllerSteps(state, world, plan),
    ...podSteps(state, world),
    ...timeSteps(state),
    ...personSteps(state, world),
  ];
}
function controllerSteps(state: State, world: SmallWorld, plan: Planner): Step[] {
  const [action, ...rest] = state.pending;
  if (!action) {
    const decided = appOf(state.cluster) ? see(state, world) : undefined;
    const pending = decided ? plan(decided).actions : [];
    if (pending.length === 0 && decided) return idle(state);
    return pending.length === 0
      ? []
      : [{ event: "plan", state: { ...state, pending, decided }, isFair: true, faults: [] }];
  }
  const faults = state.decided ? violations(state.decided, action, state.past) : [];
  const cluster = performed(state.cluster, action, appOf(state.cluster) ?? {}, 0);
  const past = leaves(state, action.do === "write-status" ? undefined : action.object);
  const decided = rest.length > 0 ? state.decided : undefined;
  const done: Step = {
    event: `${action.do} ${action.event}`,
    state: {
      ...state,
      cluster,
      past,
      pending: rest,
      decided,
    },
    isFair: true,
    faults,
  };
  if (state.crashes === 0) return [done];
  const crashed: State = {
    ...state,
    cluster: unaware(state.cluster),
    pending: [],
    decided: undefined,
    crashes: state.crashes - 1,
  };
  return [done, { event: "crash", state: crashed, isFair: false, faults: [] }];
}
/** Proxies may have a route that is replaced until the settle time ends. */
function leaves({ cluster, past }: State, object: KubeObject | undefined): readonly PastRoute[] {
  const before = object?.["kind"] === "VirtualService" ? cluster.objects.get(keyOf(object)) : undefined;
  if (!before) return past;
  const weights = weightsOf(before);
  const isKnown = past.some((route) => JSON.stringify(route.weights) === JSON.stringify(weights));
  return isKnown ? past : [...past, { component: "web", weights, until: never }];
}
/** Another process knows nothing of ages. */
const unaware = (cluster: PaperCluster): PaperCluster => ({
  ...cluster,
  changed: new Map(places.map((place) => [place, fresh])),
});
const places = ["route", "subsets", "removal"].map((what) => `default/web/${what}`);
function podSteps(state: State, world: SmallWorld): Step[] {
  return [...state.cluster.pods].flatMap(([deployment, pods]) => {
    const name = deployment.split("/")[2] ?? "";
    const isFailing = (world.failing ?? []).includes(name);
    const becomes = (from: boolean, to: number): State => {
      const readyAt = [...pods.readyAt];
      readyAt[readyAt.findIndex((at) => at <= 0 === from)] = to;
      return {
        ...state,
        cluster: {
          ...state.cluster,
          pods: new Map(state.cluster.pods).set(deployment, { ...pods, readyAt }),
        },
      };
    };
    const ready = pods.readyAt.filter((at) => at <= 0).length;
    const steps: Step[] = [];
    if (ready < pods.readyAt.length && !isFailing)
      steps.push({ event: `${name} pod ready`, state: becomes(false, -1), isFair: true, faults: [] });
    if (ready > 0 && state.deaths > 0 && name.startsWith("web-v"))
      steps.push({
        event: `${name} pod dies`,
        state: { ...becomes(true, never), deaths: state.deaths - 1 },
        isFair: false,
        faults: [],
      });
    return steps;
  });
}
/** The pause ends, then the settle time: for everything that was written before. */
function timeSteps(state: State): Step[] {
  const ages = [...state.cluster.changed];
  const aged = (from: number, to: number): State => ({
    ...state,
    cluster: { ...state.cluster, changed: new Map(ages.map(([place, age]) => [place, age === from ? to : age])) },
  });
  if (ages.some(([, age]) => age === fresh))
    return [{ event: "the pause ends", state: aged(fresh, paused), isFair: true, faults: [] }];
  if (ages.some(([, age]) => age === paused))
    return [{ event: "the settle time ends", state: { ...aged(paused, settled), past: [] }, isFair: true, faults: [] }];
  return [];
}
function personSteps(state: State, world: SmallWorld): Step[] {
  const act = world.acts[state.act];
  const app = appOf(state.cluster);
  if (!act) return [];
  const next = { ...state, act: state.act + 1 };
  const step = (event: string, cluster: PaperCluster, more: Partial<State> = {}): Step[] => [
    { event, state: { ...next, cluster, ...more }, isFair: false, faults: [] },
  ];
  if ("apply" in act) {
    const object = { ...act.apply, status: at(app, "status") ?? {} };
    return step(`apply ${String(state.act)}`, written(state.cluster, object, 0), {
      pending: withoutStatus(state.pending),
    });
  }
  if ("command" in act) {
    const commanded = app ? command(act.command, app) : undefined;
    return commanded && "object" in commanded
      ? step(act.command, written(state.cluster, commanded.object, 0), { pending: withoutStatus(state.pending) })
      : [];
  }
  const object = state.cluster.objects.get(act.delete);
  return object ? step(`delete ${act.delete}`, removed(state.cluster, object, 0), { past: leaves(state, object) }) : [];
}
/** A status is written on the condition that the Application is as it was observed; then it is not, and observed anew. */
const withoutStatus = (pending: readonly Action[]): readonly Action[] =>
  pending.filter((action) => action.do !== "write-status");
/** The controller has nothing to do: then nothing may be left that it could put right. */
function idle(state: State): Step[] {
  const fault = idleFault(state);
  return fault === undefined ? [] : [{ event: "idle", state, isFair: true, faults: [fault] }];
}

/** What the controller leaves as it is although it could put it right: weight on dead pods, and routes to no subset. */
function idleFault({ cluster }: State): string | undefined {
  const route = cluster.objects.get("VirtualService/default/web");
  const weights = route ? weightsOf(route) : {};
  const subsets = JSON.stringify(at(cluster.objects.get("DestinationRule/default/web"), "spec", "subsets") ?? []);
  const record = cluster.objects.get("ComponentRollout/default/web");
  const isReady = (name: string) =>
    (cluster.pods.get(`Deployment/default/${name}`)?.readyAt ?? []).some((time) => time <= 0);
  const served = Object.keys(weights).filter((name) => (weights[name] ?? 0) > 0);
  const dead = served.find((name) => !isReady(name) && name !== at(record, "status", "stable") && served.some(isReady));
  if (dead !== undefined) return `idle while ${dead} has weight and no ready pod`;
  const lost = served.find((name) => !subsets.includes(`"${name}"`));
  return lost === undefined ? undefined : `idle while the route names ${lost}, which is no subset`;
}

const recordStatus = ({ cluster }: State) => at(cluster.objects.get("ComponentRollout/default/web"), "status");

/** What people were promised: a pause holds at its batch and weight, and goes on when it is resumed, not before. */
export const promiseFault = (state: State, world: SmallWorld): string | undefined =>
  resumeFault(state, world) ?? pauseFault(state) ?? failureFault(state);

function resumeFault(state: State, world: SmallWorld): string | undefined {
  const app = appOf(state.cluster) ?? {};
  const phase = at(app, "status", "status");
  const resume = world.acts.findIndex((act) => "command" in act && act.command === "resume");
  const hasPause = JSON.stringify(at(app, "spec", "workflow") ?? null).includes("approval");
  if (resume >= 0 && hasPause && state.act <= resume && phase === "running") return "went on without a resume";
  const isLast = resume === world.acts.length - 1 && state.act > resume;
  return isLast && phase === "workflowSuspending" ? "did not go on when resumed" : undefined;
}

function pauseFault(state: State): string | undefined {
  const steps = JSON.stringify(at(appOf(state.cluster) ?? {}, "status", "workflow", "steps") ?? []);
  const record = recordStatus(state);
  const isPaused = steps.includes('"name":"approval","type":"suspend","phase":"suspending"');
  if (!isPaused || at(record, "stable") === undefined || at(record, "target") === at(record, "stable"))
    return undefined;
  const target = state.cluster.objects.get(`Deployment/default/${String(at(record, "target"))}`);
  const paused = `${String(at(target, "spec", "replicas"))} pods at ${String(at(record, "weight"))}%`;
  return paused === "1 pods at 25%" ? undefined : `paused with ${paused}, not with 1 at 25%`;
}

function failureFault(state: State): string | undefined {
  const record = recordStatus(state);
  const stable = asText(at(record, "stable"));
  const failed = asText(at(record, "failed"));
  const comesBack =
    at(appOf(state.cluster) ?? {}, "metadata", "annotations", "rollguard.dev/on-failure") === "rollback";
  if (
    comesBack &&
    stable !== undefined &&
    failed !== undefined &&
    state.cluster.objects.has(`Deployment/default/${failed}`)
  )
    return `${failed} failed and did not go`;
  const marked = state.cluster.objects.get(`ControllerRevision/default/${stable ?? ""}`);
  return marked && at(marked, "metadata", "annotations", "rollguard.dev/stable-since") === undefined
    ? "a stable revision is not marked"
    : undefined;
}

/** What is wrong with a state in which nothing happens by itself any more. */
export function restFault(state: State, plan: Planner): string | undefined {
  const app = appOf(state.cluster);
  if (!app) return undefined;
  const phase = asText(at(app, "status", "status")) ?? "";
  const record = state.cluster.objects.get("ComponentRollout/default/web");
  const component = asText(at(record, "status", "phase"));
  if (phase === "running")
    return component === undefined || ["Stable", "Waiting", "Pending"].includes(component)
      ? routeFault(state)
      : `running, and the component is ${component}`;
  if (!["workflowSuspending", "workflowTerminated", "workflowFailed", "unhealthy"].includes(phase))
    return `rests in ${phase}`;
  const { why } = plan(see(state, { name: "", acts: [], deaths: 0, crashes: 0 }));
  return why === "" ? `rests in ${phase} without a reason` : routeFault(state);
}
/** At rest a stable component has all weight on its revision, and no other subset, Deployment or pod is left. */
function routeFault({ cluster }: State): string | undefined {
  const record = cluster.objects.get("ComponentRollout/default/web");
  if (at(record, "status", "phase") !== "Stable") return undefined;
  const stable = asText(at(record, "status", "stable")) ?? "";
  const route = cluster.objects.get("VirtualService/default/web");
  if (route && JSON.stringify(weightsOf(route)) !== JSON.stringify({ [stable]: 100 }))
    return `stable at ${stable}, and the route is ${JSON.stringify(weightsOf(route))}`;
  const others = [...cluster.objects.values()].filter(
    (object) => object["kind"] === "Deployment" && /^web-v/.test(nameOf(object)) && nameOf(object) !== stable,
  );
  if (others.length > 0) return `stable at ${stable}, and ${others.map(nameOf).join(", ")} is left`;
  const subsets = JSON.stringify(at(cluster.objects.get("DestinationRule/default/web"), "spec", "subsets") ?? null);
  const gateway = cluster.objects.get("VirtualService/default/web-gateway");
  if (gateway && route && JSON.stringify(weightsOf(gateway)) !== JSON.stringify(weightsOf(route)))
    return "the gateway has other weights than the mesh";
  return subsets.split('"name"').length > 2 ? `stable at ${stable}, and subsets are left: ${subsets}` : undefined;
}
/** What tells one state from another, without generations and times. */
export function keyOfState({ cluster, pending, past, act, deaths, crashes, decided }: State): string {
  const objects = [...cluster.objects].map(([name, object]) => [name, relevant(object)]);
  const pods = [...cluster.pods].map(([name, { readyAt }]) => [
    name,
    readyAt.filter((time) => time <= 0).length,
    readyAt.length,
  ]);
  const actions = pending.map((action) =>
    action.do === "write-status"
      ? at(action.status, "workflow")
      : [action.do, keyOf(action.object), relevant(action.object)],
  );
  const text = JSON.stringify([
    objects,
    pods,
    [...cluster.changed],
    actions,
    decided?.ready,
    past.map(({ weights }) => weights),
    act,
    deaths,
    crashes,
  ]);
  return createHash("sha1").update(text).digest("base64");
}
function relevant(object: KubeObject): unknown {
  const kind = object["kind"];
  if (kind === "Application")
    return [
      at(object, "spec"),
      at(object, "status", "status"),
      at(object, "status", "workflow"),
      at(object, "status", "services"),
      at(object, "status", "conditions"),
      at(object, "status", "latestRevision"),
    ];
  if (kind === "Deployment") return at(object, "spec", "replicas");
  if (kind === "ControllerRevision")
    return at(object, "metadata", "annotations") === undefined ? 0 : stableOrder(object);
  if (kind === "ApplicationRevision") return 0;
  return kind === "ComponentRollout" ? own(object, "status") : own(object, "spec");
}
const stableOrder = (object: KubeObject): Json | undefined =>
  at(object, "metadata", "annotations", "rollguard.dev/stable-since");
