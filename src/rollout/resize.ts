import { awaitPods, grow, type Move } from "./move.ts";
import { announce, reroute } from "./route.ts";
import { type Goal, revisionState, type Situation } from "./situation.ts";
import { allOn } from "./weights.ts";

/**
 * Scaling of a stable revision, batch by batch from the size it had to the size it is to have. What is below both was
 * lost from outside and is put back at once.
 */
export function resize(situation: Situation, goal: Goal): Move | undefined {
  const target = revisionState(situation, situation.target);
  const from = situation.settledSize ?? target.replicas;
  const lowest = Math.min(from, situation.size);
  const added = situation.routed ? announce(situation, [target.name]) : undefined;
  if (added) return added;
  if (target.replicas < lowest) return { kind: "scale", revision: target.name, replicas: lowest };
  const route = situation.routed && target.ready > 0 ? reroute(situation, allOn(target.name)) : undefined;
  return route ?? (situation.size >= from ? up(situation, goal, from) : down(situation, goal, from));
}

function up(situation: Situation, goal: Goal, from: number): Move | undefined {
  const target = revisionState(situation, situation.target);
  if (target.replicas > situation.size) return { kind: "scale", revision: target.name, replicas: situation.size };
  for (const moved of steps(situation, goal, from)) {
    const move = grow(target, from + moved);
    if (move) return move;
  }
  return target.ready < from ? awaitPods(target, from) : undefined;
}

function down(situation: Situation, goal: Goal, from: number): Move | undefined {
  const target = revisionState(situation, situation.target);
  const moves = steps(situation, goal, from);
  for (const moved of moves) {
    const pods = from - moved;
    if (target.replicas > pods) return { kind: "scale", revision: target.name, replicas: pods };
    if (target.ready > pods)
      return { kind: "wait", on: "pods", revision: target.name, text: `the last pods of ${target.name} end` };
  }
  const left = Math.min(target.replicas, from - (moves.at(-1) ?? 0));
  return target.ready < left ? awaitPods(target, left) : undefined;
}

/** Pods moved after each batch that may run. */
const steps = ({ batches, size }: Situation, { partition }: Goal, from: number): readonly number[] =>
  movedBy(batches, Math.abs(size - from)).slice(0, Math.max(0, partition + 1));

/** Batches are clipped, in order, to the difference; the last one takes the rest. */
export function movedBy(batches: readonly number[], difference: number): readonly number[] {
  const moved: number[] = [];
  for (const [i, batch] of batches.entries()) {
    const isLast = i === batches.length - 1;
    moved.push(isLast ? difference : Math.min(difference, (moved[i - 1] ?? 0) + batch));
  }
  return moved;
}
