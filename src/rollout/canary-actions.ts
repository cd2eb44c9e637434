import { names } from "../model/names.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";
import { destinationRule } from "../render/destination-rule.ts";
import { entranceOf } from "../render/entrance.ts";
import { gateway } from "../render/gateway.ts";
import { gatewayVirtualService } from "../render/gateway-virtual-service.ts";
import { meshVirtualService } from "../render/mesh-virtual-service.ts";
import type { Owner } from "../render/owner.ts";
import { revisionDeployment } from "../render/revision-deployment.ts";
import { service } from "../render/service.ts";
import type { CanaryComponent } from "./component.ts";
import { type Decision, decide } from "./decide.ts";
import type { Aim } from "./goal.ts";
import type { Move } from "./move.ts";
import { type Action, find, type Observed, objectsOf, ofKind } from "./observed.ts";
import { settlesIn } from "./situation.ts";
import { removal, unroute } from "./unroute.ts";
import { isWhole, weightOf } from "./weights.ts";
import { ensure } from "./write.ts";

export interface CanaryPlan {
  readonly actions: readonly Action[];
  readonly decision: Decision;
  /** Seconds until what the component had before may go; undefined where nothing is left of it. */
  readonly wakeIn?: number;
}

/**
 * What to write for a canary component: first what is there but not as it is to be, then the next move. `held` stops
 * moves that go on, not those that put back what was lost.
 */
export function canaryPlan(
  canary: CanaryComponent,
  aim: Aim,
  owner: Owner,
  observed: Observed,
  held: boolean,
): CanaryPlan {
  const decided = decide(aim.situation, aim.goal, held);
  const { move } = decided;
  const goesOn =
    move !== undefined && (!held || decided.repairs || decided.phase === "Complete" || restoresDeployment(move, aim));
  // What is about to be written is over before anybody could do something.
  const decision = goesOn && move.kind === "route" ? { ...decided, dead: [] } : decided;
  const drifted = drift(canary, owner, observed.objects, decision.repairs);
  if (drifted.length > 0) return { actions: drifted, decision };
  if (goesOn) return { actions: moveActions(move, canary, owner, observed.objects), decision };
  return decision.phase === "Complete"
    ? { ...(unroute(canary, observed.objects) ?? replacePlain(canary, observed.objects)), decision }
    : { actions: [], decision };
}

/** A Deployment that carries traffic and was deleted by hand comes back even where nothing else may move. */
const restoresDeployment = (move: Move, { situation }: Aim): boolean =>
  move.kind === "scale" &&
  weightOf(situation.weights, move.revision) > 0 &&
  !situation.revisions.some((revision) => revision.name === move.revision);

/** Objects that stand beside the rollout, and those of it that somebody changed; routes that change anyway wait for that. */
function drift(
  canary: CanaryComponent,
  owner: Owner,
  objects: readonly KubeObject[],
  isRepaired: boolean,
): readonly Action[] {
  const { component, situation } = canary;
  const deployments = situation.revisions.map(({ name, replicas }) => deploymentOf(canary, name, replicas, owner));
  const rule = situation.subsets.length > 0 ? destinationRule(component, owner, situation.subsets) : undefined;
  const { weights } = situation;
  const isBroken = isRepaired || (weights !== undefined && !isWhole(weights));
  const routes = isBroken
    ? []
    : [weights && meshVirtualService(component, owner, weights), gatewayVirtualService(component, owner, weights)];
  const desired = [service(component, owner), ...deployments, rule, gateway(component, owner), ...routes];
  return [...desired.flatMap((object) => ensure(objects, object)), ...closedEntrances(canary, objects)];
}

/** A gateway's route that is asked for no more would keep its weights while pods go by those of the mesh. */
const closedEntrances = ({ component }: CanaryComponent, objects: readonly KubeObject[]) =>
  entranceOf(component)
    ? []
    : ofKind("VirtualService", objectsOf(component.name, objects))
        .filter((object) => nameOf(object) !== component.name)
        .map(removal);

function deploymentOf(canary: CanaryComponent, name: string, replicas: number, owner: Owner): KubeObject | undefined {
  const revision = canary.revisions.find((candidate) => nameOf(candidate) === name);
  return revision && revisionDeployment(revision, owner, replicas);
}

export function moveActions(
  move: Move,
  canary: CanaryComponent,
  owner: Owner,
  objects: readonly KubeObject[],
): readonly Action[] {
  const { component } = canary;
  switch (move.kind) {
    case "scale": {
      const object = deploymentOf(canary, move.revision, move.replicas, owner);
      return object ? [{ do: "apply", object, event: `scale ${move.revision} to ${move.replicas}` }] : [];
    }
    case "subsets":
      return [
        {
          do: "apply",
          object: destinationRule(component, owner, move.subsets),
          event: `subsets ${move.subsets.join(", ")}`,
        },
      ];
    case "route": {
      const shares = Object.entries(move.weights).map(([revision, weight]) => `${weight}% to ${revision}`);
      const event = `route ${shares.join(", ")}`;
      const entrance = gatewayVirtualService(component, owner, move.weights);
      const routes = [meshVirtualService(component, owner, move.weights), ...(entrance ? [entrance] : [])];
      return routes.map((object) => ({ do: "apply", object, event }));
    }
    case "remove": {
      const object = find(objects, "Deployment", move.revision);
      return object ? [{ do: "remove", object, event: `remove ${move.revision}` }] : [];
    }
    case "wait":
      return [];
  }
}

/** The Deployment that the component had before it got its rollout trait, once the revision has all of its traffic. */
function replacePlain(
  { component, situation }: CanaryComponent,
  objects: readonly KubeObject[],
): Omit<CanaryPlan, "decision"> {
  const plain = find(objects, "Deployment", component.name);
  if (!plain || labelOf(plain, names.revision) !== undefined) return { actions: [] };
  const seconds = settlesIn(situation);
  if (seconds > 0) return { actions: [], wakeIn: seconds };
  return { actions: [removal(plain)] };
}
