import { grow, type Move } from "./move.ts";
import { announce, reroute } from "./route.ts";
import {
  abandoned,
  type Goal,
  isStableLost,
  podsAfter,
  type RevisionState,
  revisionState,
  type Situation,
  settlesIn,
  sourceOf,
} from "./situation.ts";
import { allOn, raised, split, type Weights, weightOf } from "./weights.ts";

/**
 * What batch `index` of a rollout from the source to the target needs next; undefined where it is complete. One that the
 * source has made room for before is, whatever the weights were then, unless they are lost on dead pods.
 */
export function batchMove(situation: Situation, goal: Goal, index: number): Move | undefined {
  const target = revisionState(situation, situation.target);
  const sourceName = sourceOf(situation);
  const source = sourceName === undefined ? undefined : revisionState(situation, sourceName);
  const pods = podsAfter(situation, index);
  const left = Math.max(situation.size - pods, sharesIn(situation, goal) ? 1 : 0);
  const isLost = source?.ready === 0 && weightOf(situation.weights, source.name) > 0;
  if (index < goal.partition && target.ready >= pods && (source?.replicas ?? 0) <= left && !isLost) return undefined;
  // The proxies learn of a revision while its pods come up.
  const added = situation.routed ? announce(situation, [target.name]) : undefined;
  const grown = added ?? grow(target, pods);
  const pending = grown ?? (situation.routed ? shift(situation, goal, index, target, source) : undefined);
  if (!source) return pending;
  const moved = target.ready >= pods ? pods : podsAfter(situation, index - 1);
  if (pending) return keep(situation, source, moved) ?? pending;
  return restore(situation, source, left) ?? shrink(situation, source, left);
}

/** A source that has traffic and no Deployment was deleted by hand. */
const restore = (situation: Situation, { name }: RevisionState, pods: number): Move | undefined =>
  isDeletedByHand(situation, name) && pods > 0 ? { kind: "scale", revision: name, replicas: pods } : undefined;

const isDeletedByHand = ({ revisions, weights }: Situation, name: string): boolean =>
  weightOf(weights, name) > 0 && !revisions.some((revision) => revision.name === name);

/** Whether the goal leaves the source a part of the traffic, for which it needs a pod: also where all batches are moved. */
const sharesIn = ({ routed }: Situation, { weight }: Goal): boolean => routed && weight !== undefined && weight < 100;

/** The source keeps what the batches have left it; pods that a larger size adds come with the target. */
export function keep(situation: Situation, source: RevisionState, moved: number): Move | undefined {
  const due = podsLeft(situation, source, moved);
  return source.replicas < due ? { kind: "scale", revision: source.name, replicas: due } : undefined;
}

const podsLeft = (situation: Situation, source: RevisionState, moved: number): number =>
  Math.min(situation.settledSize ?? sizeBefore(situation, source), situation.size - moved);

/** Where no record tells, its Deployment does; one that was deleted by hand had all pods. */
const sizeBefore = (situation: Situation, { name, replicas }: RevisionState): number =>
  isDeletedByHand(situation, name) ? situation.size : replicas;

/** A step that gives weight back to the source, as one that is run again does, first waits for the pods that are to carry it. */
function shift(
  situation: Situation,
  goal: Goal,
  index: number,
  target: RevisionState,
  source: RevisionState | undefined,
): Move | undefined {
  if (situation.awaitsAllPods && target.ready < situation.size) return undefined;
  const isGone = source?.ready === 0 && source.stuck;
  const weight = isGone ? (goal.weight ?? 100) : dueWeight(situation, goal, index);
  const current = weightOf(situation.weights, target.name);
  if (situation.weights !== undefined && index < goal.partition && current >= weight) return undefined;
  if (!source || weight >= 100) return reroute(situation, allOn(target.name));
  const weights = shares(situation, weight, source);
  const rises = weightOf(weights, source.name) > weightOf(situation.weights, source.name);
  const carrying = Math.max(1, podsLeft(situation, source, podsAfter(situation, index)));
  return (rises ? grow(source, carrying) : undefined) ?? reroute(situation, weights);
}

/** The rest is the source's; while no return brings it there, it stays where it is. */
function shares(situation: Situation, weight: number, source: RevisionState): Weights {
  const { target, weights } = situation;
  if (!weights || !isStableLost(situation) || weight < weightOf(weights, target))
    return split(target, weight, source.name);
  return raised(weights, target, weight, [...abandoned(situation).map(({ name }) => name), source.name]);
}

/**
 * In the last batch that may run the step's weight is due; before it the share of the pods, as long as that is less. A source
 * that has no ready pod, and gets none, keeps no more than the step leaves it, from the first batch on.
 */
function dueWeight(situation: Situation, goal: Goal, index: number): number {
  const share = Math.floor((100 * podsAfter(situation, index)) / situation.size);
  if (index < goal.partition) return Math.min(goal.weight ?? 100, share);
  return goal.weight ?? share;
}

/**
 * The old pods go only when the proxies have the route that leaves them; a revision with weight keeps a pod. Those that are not
 * ready go first (kubernetes: pkg/controller/controller_utils.go, ActivePodsWithRanks), and nobody calls them.
 */
function shrink(situation: Situation, source: RevisionState, pods: number): Move | undefined {
  const kept = Math.max(pods, weightOf(situation.weights, source.name) > 0 ? 1 : 0);
  if (source.replicas <= kept) return undefined;
  const seconds = settlesIn(situation);
  if (seconds > 0 && source.ready > kept) {
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
