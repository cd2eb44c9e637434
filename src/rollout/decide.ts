import { abandon, leave } from "./abandon.ts";
import { batchMove, keep } from "./batch.ts";
import { type Move, removeEmpty } from "./move.ts";
import { rescue } from "./rescue.ts";
import { resize } from "./resize.ts";
import {
  abandoned,
  deadWithWeight,
  type Goal,
  isStableLost,
  podsAfter,
  revisionState,
  type Situation,
  sourceOf,
} from "./situation.ts";
import { allOn, routed, sameWeights, weightOf } from "./weights.ts";

export interface Decision {
  /** Undefined where the goal is reached and nothing is left to tidy up. */
  readonly move: Move | undefined;
  readonly phase: "Returning" | "Rolling" | "Reached" | "Complete";
  /** Index of the batch that runs, or ran last; -1 before the first. */
  readonly batch: number;
  /** Whether the move puts back what was lost rather than going on. */
  readonly repairs: boolean;
  /** Revisions that have weight and no ready pod. */
  readonly dead: readonly string[];
}

/**
 * Order, always: subset, new pods ready, settle, weights, settle, only then old pods go, settle, subset pruned
 * (istio.io: Traffic Management Best Practices, "make before break"). Where it is held, nothing comes before a repair.
 */
export function decide(situation: Situation, goal: Goal, isHeld = false): Decision {
  return { ...proceed(situation, goal, isHeld), dead: deadWithWeight(situation) };
}

function proceed(situation: Situation, goal: Goal, isHeld: boolean): Omit<Decision, "dead"> {
  const rescued = rescue(situation, goal);
  if (rescued) {
    const phase = isComplete(situation) ? "Complete" : "Rolling";
    const repaired = { move: rescued, phase, batch: reachedBatch(situation, goal), repairs: true } as const;
    return rescued.kind === "wait" && !isHeld ? (growing(situation, goal) ?? repaired) : repaired;
  }
  const left = abandoned(situation);
  const isReturn = left.length > 0 && !isStableLost(situation) && !isAhead(situation);
  const returned = isReturn ? abandon(situation, left) : undefined;
  if (returned) return { move: returned, phase: "Returning", batch: reachedBatch(situation, goal), repairs: false };
  const { move, batch } = forward(situation, goal);
  const next = move ?? leave(situation, left);
  if (next) return { move: next, phase: "Rolling", batch, repairs: false };
  return { move: prune(situation), phase: isComplete(situation) ? "Complete" : "Reached", batch, repairs: false };
}

const forward = (situation: Situation, goal: Goal): { move: Move | undefined; batch: number } =>
  sourceOf(situation) === situation.target
    ? { move: resize(situation, goal), batch: goal.partition }
    : roll(situation, goal);

/** While the first route waits for the proxies, pods and subsets that are only added do not. */
function growing(situation: Situation, goal: Goal): Omit<Decision, "dead"> | undefined {
  const { move, batch } = forward(situation, goal);
  const adds =
    move?.kind === "subsets" ||
    (move?.kind === "scale" && move.replicas > revisionState(situation, move.revision).replicas);
  return adds ? { move, phase: "Rolling", batch, repairs: false } : undefined;
}

/** Whether a new revision has all traffic already: nothing is to be taken back then, only to be tidied up. */
const isAhead = ({ target, stable, weights }: Situation): boolean =>
  target !== stable && weightOf(weights, target) === 100;

/** The first batch that is not complete yet, and what it needs next. */
function roll(situation: Situation, goal: Goal): { move: Move | undefined; batch: number } {
  for (let index = 0; index <= goal.partition; index++) {
    const move = batchMove(situation, goal, index);
    if (move) return { move, batch: index };
  }
  const name = sourceOf(situation);
  const source = name === undefined ? undefined : revisionState(situation, name);
  const kept = source && keep(situation, source, podsAfter(situation, goal.partition));
  const removed = source && removeEmpty(source, situation);
  return { move: kept ?? removed ?? trim(situation, goal), batch: goal.partition };
}

/** A size that became smaller in mid-rollout leaves the target more pods than its last batch wants. */
function trim(situation: Situation, goal: Goal): Move | undefined {
  const { size, target } = situation;
  const isAll = podsAfter(situation, goal.partition) >= size;
  return isAll && revisionState(situation, target).replicas > size
    ? { kind: "scale", revision: target, replicas: size }
    : undefined;
}

function reachedBatch(situation: Situation, goal: Goal): number {
  const unfinished = Array.from({ length: goal.partition + 1 }, (_, i) => i).find((index) =>
    batchMove(situation, goal, index),
  );
  return unfinished ?? goal.partition;
}

/** Nothing is left of any revision but the target, which has all pods and all traffic. */
export function isComplete(situation: Situation): boolean {
  const target = revisionState(situation, situation.target);
  const alone = situation.revisions.every(({ name }) => name === situation.target);
  return (
    alone &&
    target.replicas === situation.size &&
    target.ready >= situation.size &&
    (!situation.routed || sameWeights(situation.weights, allOn(situation.target)))
  );
}

/** Subsets that no route names and no pods have go last. */
function prune(situation: Situation): Move | undefined {
  const kept = new Set([
    situation.target,
    ...routed(situation.weights),
    ...situation.revisions.map(({ name }) => name),
  ]);
  const source = sourceOf(situation);
  if (source !== undefined) kept.add(source);
  const gone = situation.subsets.find((subset) => !kept.has(subset));
  if (gone === undefined) return undefined;
  const seconds = Math.max(situation.routeSettlesIn, situation.removalSettlesIn);
  if (seconds > 0) return { kind: "wait", on: "settle", revision: gone, seconds, text: `the proxies forget ${gone}` };
  return { kind: "subsets", subsets: situation.subsets.filter((subset) => kept.has(subset)) };
}
