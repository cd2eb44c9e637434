import { grow, type Move } from "./move.ts";
import { reroute } from "./route.ts";
import {
  type Goal,
  podsAfter,
  type RevisionState,
  revisionState,
  type Situation,
  settlesIn,
  sourceOf,
} from "./situation.ts";
import { allOn, sameWeights, split, type Weights, weightOf } from "./weights.ts";

/**
 * What batch `index` of a rollout from the source to the target needs next; undefined where it is complete. One that the
 * source has made room for before is, whatever the weights were then.
 */
export function batchMove(situation: Situation, goal: Goal, index: number): Move | undefined {
  const target = revisionState(situation, situation.target);
  const sourceName = sourceOf(situation);
  const source = sourceName === undefined ? undefined : revisionState(situation, sourceName);
  const pods = podsAfter(situation, index);
  const left = Math.max(situation.size - pods, sharesIn(situation, goal) ? 1 : 0);
  if (index < goal.partition && target.ready >= pods && (source?.replicas ?? 0) <= left) return undefined;
  const pending = grow(target, pods) ?? (situation.routed ? shift(situation, goal, index, target, source) : undefined);
  if (!source) return pending;
  const moved = target.ready >= pods ? pods : podsAfter(situation, index - 1);
  if (pending) return keep(situation, source, moved) ?? pending;
  return shrink(situation, source, left);
}

/** Whether the goal leaves the source a part of the traffic, for which it needs a pod: also where all batches are moved. */
const sharesIn = ({ routed }: Situation, { weight }: Goal): boolean => routed && weight !== undefined && weight < 100;

/** The source keeps what the batches have left it; pods that a larger size adds come with the target. */
export function keep(situation: Situation, source: RevisionState, moved: number): Move | undefined {
  const due = Math.min(situation.settledSize ?? sizeBefore(situation, source), situation.size - moved);
  return source.replicas < due ? { kind: "scale", revision: source.name, replicas: due } : undefined;
}

/** Where no record tells, its Deployment does; one that is gone though it has weight was deleted by hand. */
const sizeBefore = (situation: Situation, { name, replicas }: RevisionState): number => {
  const isLost = !situation.revisions.some((revision) => revision.name === name);
  return isLost && weightOf(situation.weights, name) > 0 ? situation.size : replicas;
};

function shift(
  situation: Situation,
  goal: Goal,
  index: number,
  target: RevisionState,
  source: RevisionState | undefined,
): Move | undefined {
  if (situation.awaitsAllPods && target.ready < situation.size) return undefined;
  const weight = dueWeight(situation, goal, index);
  const current = weightOf(situation.weights, target.name);
  if (situation.weights !== undefined && index < goal.partition && current >= weight) return undefined;
  const weights = dueWeights(situation, goal, weight, source);
  return weights ? reroute(situation, weights) : source && grow(source, Math.max(1, source.replicas));
}

/** In the last batch that may run the step's weight is due; before it the share of the pods, as long as that is less. */
function dueWeight(situation: Situation, goal: Goal, index: number): number {
  const share = Math.floor((100 * podsAfter(situation, index)) / situation.size);
  if (index < goal.partition) return Math.min(goal.weight ?? 100, share);
  return goal.weight ?? share;
}

/**
 * No weight is given to a source without a ready pod: traffic that follows the pods then leaves it, a step's split waits
 * for one, and one that is there already stays.
 */
function dueWeights(
  situation: Situation,
  goal: Goal,
  weight: number,
  source: RevisionState | undefined,
): Weights | undefined {
  const { target } = situation;
  if (!source || weight >= 100) return allOn(target);
  const shared = split(target, weight, source.name);
  if (source.ready > 0 || sameWeights(situation.weights, shared)) return shared;
  return goal.weight === undefined ? allOn(target) : undefined;
}

/** The old pods go only when the proxies have the route that leaves them; a revision with weight keeps a pod. */
function shrink(situation: Situation, source: RevisionState, pods: number): Move | undefined {
  const kept = Math.max(pods, weightOf(situation.weights, source.name) > 0 ? 1 : 0);
  if (source.replicas <= kept) return undefined;
  const seconds = settlesIn(situation);
  if (seconds > 0) {
    return {
      kind: "wait",
      on: "settle",
      revision: source.name,
      seconds,
      text: "the proxies learn the new weights",
    };
  }
  return { kind: "scale", revision: source.name, replicas: kept };
}
