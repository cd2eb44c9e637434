import { awaitPods, type Move, removeEmpty } from "./move.ts";
import { reroute } from "./route.ts";
import { type RevisionState, revisionState, type Situation, settlesIn, sourceOf } from "./situation.ts";
import { raised, weightOf } from "./weights.ts";

/**
 * The return from an abandoned rollout: the source grows first, at once to the size it needs; its weight is never
 * lowered and follows its ready pods, all of it once they are there; settle; then the abandoned pods go.
 */
export function abandon(situation: Situation, left: readonly RevisionState[]): Move | undefined {
  const name = sourceOf(situation);
  const source = name === undefined ? undefined : revisionState(situation, name);
  const target = revisionState(situation, situation.target);
  const needed = source && source.name !== target.name ? Math.max(0, situation.size - target.ready) : situation.size;
  if (source && source.replicas < needed) return { kind: "scale", revision: source.name, replicas: needed };
  const weighted = left.filter((revision) => weightOf(situation.weights, revision.name) > 0);
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
  const move =
    source.ready > 0 ? reroute(situation, raised(situation.weights, source.name, weight, names(weighted))) : undefined;
  return move ?? awaitPods(source, needed);
}

/** What of them can go while the rollout goes on without a return, because the stable revision is lost. */
export function leave(situation: Situation, left: readonly RevisionState[]): Move | undefined {
  const name = sourceOf(situation);
  const source = name === undefined ? undefined : revisionState(situation, name);
  const idle = left.filter((revision) => weightOf(situation.weights, revision.name) === 0);
  const move = remove(situation, idle, source, revisionState(situation, situation.target));
  return move?.kind === "wait" && move.on !== "settle" ? undefined : move;
}

const names = (revisions: readonly RevisionState[]): readonly string[] => revisions.map(({ name }) => name);

/** Abandoned pods that still serve, or that alone could, go when the proxies have left them and others can do their work. */
function remove(
  situation: Situation,
  left: readonly RevisionState[],
  source: RevisionState | undefined,
  target: RevisionState,
): Move | undefined {
  for (const revision of left.filter(({ replicas }) => replicas > 0)) {
    const others = (source?.ready ?? 0) + (source?.name === target.name ? 0 : target.ready);
    if ((revision.ready > 0 || others === 0) && others < situation.size && source)
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
