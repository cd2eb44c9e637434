import { asInteger, asText, at } from "../../src/model/json.ts";
import { nameOf } from "../../src/model/world.ts";
import type { Command } from "../../src/rollout/commands.ts";
import { weightsOf } from "../../src/rollout/component.ts";
import { epoch } from "../../src/simulate/clock.ts";
import { type Act, appOf, type Planner, runOf, type SmallWorld, type State, see } from "./model-state.ts";
import { workflowFaults } from "./workflow-faults.ts";

/** What the controller leaves as it is although it could put it right: weight on dead pods, and routes to no subset. */
export function idleFault({ cluster }: State): string | undefined {
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
  if (lost !== undefined) return `idle while the route names ${lost}, which is no subset`;
  const stable = asText(at(record, "status", "stable")) ?? "";
  const abandoned = served.find((name) => name !== stable && name !== at(record, "status", "target"));
  return abandoned !== undefined && isReady(stable) && returnsAtOnce(cluster)
    ? `idle while ${abandoned} has weight, which is to return at once`
    : undefined;
}

const returnsAtOnce = (cluster: State["cluster"]): boolean =>
  at(appOf(cluster) ?? {}, "metadata", "annotations", "rollguard.dev/return") === "at-once";

const recordStatus = ({ cluster }: State) => at(cluster.objects.get("ComponentRollout/default/web"), "status");

/** What people were promised: a pause holds at its batch and weight, and goes on when it is resumed, not before. */
export const promiseFault = (state: State, world: SmallWorld): string | undefined =>
  resumeFault(state, world) ?? pauseFault(state, world) ?? failureFault(state);

/** A resume is meant for the run that was suspended then: one that a new spec begins later waits anew. */
function resumeFault(state: State, world: SmallWorld): string | undefined {
  const app = appOf(state.cluster) ?? {};
  const phase = at(app, "status", "status");
  const isResumed = state.resumed !== undefined && state.resumed === runOf(state.cluster);
  const hasPause = JSON.stringify(at(app, "spec", "workflow") ?? null).includes("approval");
  if (hasPause && !isResumed && phase === "running") return "went on without a resume";
  const isLast = isCommand(world.acts.at(-1), "resume") && state.act === world.acts.length;
  return isLast && isResumed && phase === "workflowSuspending" ? "did not go on when resumed" : undefined;
}

const isCommand = (act: Act | undefined, name: Command): boolean =>
  act !== undefined && "command" in act && act.command === name;

/** After a restart the steps run anew, but pods that have come stay: there are more of them at the pause, not fewer. */
function pauseFault(state: State, { acts }: SmallWorld): string | undefined {
  const steps = JSON.stringify(at(appOf(state.cluster) ?? {}, "status", "workflow", "steps") ?? []);
  const record = recordStatus(state);
  const isPaused = steps.includes('"name":"approval","type":"suspend","phase":"suspending"');
  if (!isPaused || at(record, "stable") === undefined || at(record, "target") === at(record, "stable"))
    return undefined;
  const target = state.cluster.objects.get(`Deployment/default/${String(at(record, "target"))}`);
  const pods = asInteger(at(target, "spec", "replicas")) ?? 0;
  const weight = at(record, "weight");
  const isAnew = acts.slice(0, state.act).some((act) => isCommand(act, "restart"));
  if (weight === 25 && (isAnew ? pods >= 1 : pods === 1)) return undefined;
  return `paused with ${pods} pods at ${String(weight)}%, not with 1 at 25%`;
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
    return component === undefined || component === "Stable"
      ? routeFault(state)
      : `running, and the component is ${component}`;
  if (!["workflowSuspending", "workflowTerminated", "workflowFailed", "unhealthy"].includes(phase))
    return `rests in ${phase}`;
  const wrong = workflowFaults(app, [...state.cluster.objects.values()], epoch);
  if (wrong.length > 0) return wrong.join("; ");
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
