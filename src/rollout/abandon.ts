import { awaitPods, type Move, removeEmpty } from "./move.ts";
import { reroute } from "./route.ts";
import { type RevisionState, revisionState, type Situation, settlesIn, sourceOf } from "./situation.ts";
import { type Weights, weightOf } from "./weights.ts";

/**
 * The return from an abandoned rollout: the source grows first, at once to the size it needs; its weight is never
 * lowered and follows its ready pods, all of it once they are there; settle; then the abandoned pods go. While the source is
 * dead, who serves instead has the pods for it.
 */
export function abandon(situation: Situation, left: readonly RevisionState[]): Move | undefined {
  const name = sourceOf(situation);
  const source = name === undefined ? undefined : revisionState(situation, name);
  const target = revisionState(situation, situation.target);
  const needed = source && source.name !== target.name ? Math.max(0, situation.size - target.ready) : situation.size;
  if (source && source.replicas < needed) return { kind: "scale", revision: source.name, replicas: needed };
  const weighted = left.filter((revision) => weightOf(situation.weights, revision.name) > 0);
  const [first] = weighted;
  if (source?.ready === 0 && source.name !== target.name && first && first.ready > 0 && first.replicas < needed)
    return { kind: "scale", revision: first.name, replicas: needed };
  if (source && weighted.length > 0) return takeOver(situation, source, needed, weighted);
  return remove(situation, left, source, target);
}

function takeOver(
  situation: Situation,
  source: RevisionState,
  needed: number,
  weighted: readonly RevisionState[],
): Move {
  const current = weightOf(situation.weights, source.name);
  const most = current + weighted.reduce((total, revision) => total + weightOf(situation.weights, revision.name), 0);
  const follows = Math.max(current, Math.floor((100 * source.ready) / situation.size));
  const isThere = source.ready >= needed || (situation.returnAtOnce && source.ready > 0);
  const weight = isThere ? most : Math.min(most, follows);
  const move = source.ready > 0 ? reroute(situation, raised(situation, source.name, weight, weighted)) : undefined;
  return move ?? awaitPods(source, needed);
}

/** The weights with `weight` on the source, taken from the abandoned revisions in turn. */
function raised(situation: Situation, source: string, weight: number, weighted: readonly RevisionState[]): Weights {
  let due = weight - weightOf(situation.weights, source);
  const weights: Record<string, number> = { ...situation.weights, [source]: weight };
  for (const { name } of weighted) {
    const taken = Math.min(due, weights[name] ?? 0);
    weights[name] = (weights[name] ?? 0) - taken;
    due -= taken;
  }
  return Object.fromEntries(Object.entries(weights).filter(([, value]) => value > 0));
}

/** Abandoned pods that still serve go when the proxies have left them, and others can do their work. */
function remove(
  situation: Situation,
  left: readonly RevisionState[],
  source: RevisionState | undefined,
  target: RevisionState,
): Move | undefined {
  for (const revision of left.filter(({ replicas }) => replicas > 0)) {
    const others = (source?.ready ?? 0) + (source?.name === target.name ? 0 : target.ready);
    if (revision.ready > 0 && others < situation.size && source)
      return awaitPods(source, situation.size - (others - source.ready));
    const seconds = settlesIn(situation);
    if (revision.ready > 0 && seconds > 0) {
      return {
        kind: "wait",
        on: "settle",
        revision: revision.name,
        seconds,
        text: `the proxies leave ${revision.name}`,
      };
    }
    return { kind: "scale", revision: revision.name, replicas: 0 };
  }
  for (const revision of left) {
    const move = removeEmpty(revision, situation);
    if (move) return move;
  }
  return undefined;
}
