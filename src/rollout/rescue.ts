import type { Move } from "./move.ts";
import { reroute, rerouteAtOnce } from "./route.ts";
import { deadWithWeight, type Goal, podsAfter, revisionState, type Situation, sourceOf } from "./situation.ts";
import { allOn, isWhole, routed, split, type Weights, weightOf } from "./weights.ts";

/** What was lost from outside is put back before anything goes on: subsets, the route, and the weight of dead pods. */
export function rescue(situation: Situation, goal: Goal): Move | undefined {
  if (!situation.routed) return undefined;
  if (situation.weights === undefined) return firstRoute(situation, goal);
  const missing = routed(situation.weights).filter((revision) => !situation.subsets.includes(revision));
  if (missing.length > 0)
    return { kind: "subsets", subsets: [...new Set([...situation.subsets, ...missing, ...serving(situation)])] };
  return complete(situation, situation.weights) ?? leaveDead(situation, situation.weights);
}

/**
 * Weights that somebody changed so that they do not total 100 any more: who serves first makes up for it, if it has any. Nobody can
 * say where those calls go meanwhile.
 */
function complete(situation: Situation, weights: Weights): Move | undefined {
  const known = heirsOf(situation, weights).find((name) => weightOf(weights, name) > 0);
  const heir = known ?? heirOf(situation, weights);
  if (isWhole(weights) || heir === undefined) return undefined;
  let left = 100;
  const others = Object.entries(weights).filter(([name]) => name !== heir);
  const kept = others.map(([name, weight]) => {
    const share = Math.min(weight, left);
    left -= share;
    return [name, share] as const;
  });
  return rerouteAtOnce(situation, { ...Object.fromEntries(kept.filter(([, share]) => share > 0)), [heir]: left });
}

/** Who serves first: the source, who has weight already, the target, and at last an abandoned revision. */
const heirOf = (situation: Situation, weights: Weights): string | undefined => heirsOf(situation, weights)[0];

const heirsOf = (situation: Situation, weights: Weights): readonly string[] =>
  [sourceOf(situation), ...routed(weights), situation.target, ...serving(situation)].filter(
    (name) => name !== undefined && revisionState(situation, name).ready > 0,
  ) as string[];

/** Revisions with ready pods: a proxy that lags may still send to one that the route has left. */
const serving = ({ revisions }: Situation): readonly string[] =>
  revisions.filter(({ ready }) => ready > 0).map(({ name }) => name);

/** A component has a route from its first ready pod on; until then calls go to all pods of its Service. */
function firstRoute(situation: Situation, goal: Goal): Move | undefined {
  const source = sourceOf(situation);
  const isReady = (name: string | undefined): name is string =>
    name !== undefined && revisionState(situation, name).ready > 0;
  const target = revisionState(situation, situation.target);
  if (situation.awaitsAllPods && target.ready < situation.size) return undefined;
  const reached = goal.partition >= 0 && target.ready >= podsAfter(situation, goal.partition);
  const first = [source, target.name, ...situation.revisions.map(({ name }) => name)].find(isReady);
  if (first === undefined) return undefined;
  const alone = reroute(situation, allOn(first));
  if (first !== source || first === target.name || !reached || goal.weight === undefined) return alone;
  // Who served before is known to the proxies: the new one can wait.
  const shared = reroute(situation, split(target.name, goal.weight, first));
  return alone?.kind === "route" && shared?.kind === "wait" ? alone : shared;
}

/**
 * Weight on a revision without a ready pod goes to the source, or where that is dead too to who else serves. The weight
 * of a dead stable revision stays, or of the one that stands in for it: the new one was not yet trusted with it.
 */
function leaveDead(situation: Situation, weights: Weights): Move | undefined {
  const trusted = situation.stable === undefined ? undefined : sourceOf(situation);
  const dead = deadWithWeight(situation).filter((name) => name !== trusted);
  if (dead.length === 0) return undefined;
  const heir = heirOf(situation, weights);
  if (heir === undefined) return undefined;
  const lost = dead.reduce((total, name) => total + weightOf(weights, name), 0);
  const kept = Object.entries(weights).filter(([name, weight]) => weight > 0 && !dead.includes(name) && name !== heir);
  return reroute(situation, { ...Object.fromEntries(kept), [heir]: weightOf(weights, heir) + lost });
}
