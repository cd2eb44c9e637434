import { asObject, asText, at, type JsonObject } from "../../src/model/json.ts";
import { isEnded, readWorkflowStatus } from "../../src/model/status.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { command } from "../../src/rollout/commands.ts";
import { weightsOf } from "../../src/rollout/component.ts";
import type { Action } from "../../src/rollout/observed.ts";
import { forgotten } from "../../src/simulate/paper-ages.ts";
import { keyOf, type PaperCluster, performed, removed, written } from "../../src/simulate/paper-cluster.ts";
import { failed } from "../../src/simulate/pods.ts";
import { type PastRoute, violations } from "./invariants.ts";
import {
  appOf,
  failingIn,
  never,
  type Planner,
  runOf,
  type SmallWorld,
  type State,
  type Step,
  see,
} from "./model-state.ts";
import { idleFault } from "./promises.ts";

/** Ages in seconds before a constant now. */
const fresh = 0;
const paused = -2;
const settled = -1000;

/** What can happen next. */
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
    cluster: forgotten(state.cluster, fresh),
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
function podSteps(state: State, world: SmallWorld): Step[] {
  return [...state.cluster.pods].flatMap(([deployment, pods]) => {
    const name = deployment.split("/")[2] ?? "";
    const isFailing = failingIn(state, world).includes(name);
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
    const commanded = command(act.command, app ?? {});
    const resumed = act.command === "resume" ? { resumed: asText(runOf(state.cluster)) } : {};
    const pending = withoutStatus(state.pending);
    return "object" in commanded
      ? step(act.command, written(state.cluster, commanded.object, 0), { pending, ...resumed })
      : [];
  }
  if ("dies" in act) {
    const pods = new Map(
      [...state.cluster.pods].map(([name, its]) => [name, name.endsWith(`/${act.dies}`) ? failed(its, 0) : its]),
    );
    return step(`${act.dies} dies`, { ...state.cluster, pods });
  }
  if ("late" in act) {
    const object = outOfTime(app, act.late);
    const pending = withoutStatus(state.pending);
    return object ? step(`${act.late} is late`, written(state.cluster, object, 0), { pending }) : [];
  }
  const object = state.cluster.objects.get(act.delete);
  return object ? step(`delete ${act.delete}`, removed(state.cluster, object, 0), { past: leaves(state, object) }) : [];
}
/** The Application whose open step began long ago; undefined where it is not open. */
function outOfTime(app: KubeObject | undefined, name: string): KubeObject | undefined {
  const workflow = app && readWorkflowStatus(app);
  const step = workflow?.steps.find((each) => each.name === name);
  if (!workflow || !step || isEnded(step) || step.phase === "pending") return undefined;
  const began = { ...step, firstExecuteTime: "2020-01-01T00:00:00Z" };
  const steps = workflow.steps.map((each) => (each === step ? began : each));
  const status = { ...asObject(app["status"]), workflow: { ...workflow, steps } as unknown as JsonObject };
  return { ...app, status };
}
/** A status is written on the condition that the Application is as it was observed; then it is not, and observed anew. */
const withoutStatus = (pending: readonly Action[]): readonly Action[] =>
  pending.filter((action) => action.do !== "write-status");
/** The controller has nothing to do: then nothing may be left that it could put right. */
function idle(state: State): Step[] {
  const fault = idleFault(state);
  return fault === undefined ? [] : [{ event: "idle", state, isFair: true, faults: [fault] }];
}
