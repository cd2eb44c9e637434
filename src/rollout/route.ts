import type { Move } from "./move.ts";
import { deadWithWeight, type Situation } from "./situation.ts";
import { routed, sameWeights, type Weights, weightOf } from "./weights.ts";

/**
 * What brings `weights` about: first their subsets, then until the proxies know them a pause, then the route; undefined where the
 * route has them. What only dead pods lose is moved at once: those calls fail already.
 */
export function reroute(situation: Situation, weights: Weights): Move | undefined {
  if (sameWeights(situation.weights, weights)) return undefined;
  const added = announce(situation, routed(weights));
  if (added) return added;
  const pauses = routed(weights).map((revision) => ({ revision, seconds: pauseOf(situation, weights, revision) }));
  const [longest] = pauses.sort((a, b) => b.seconds - a.seconds);
  if (!longest || longest.seconds === 0 || isLostAlready(situation, weights)) return { kind: "route", weights };
  return { kind: "wait", on: "pause", ...longest, text: `the proxies learn of ${longest.revision}` };
}

/** The same without a pause, where nobody can say where calls go meanwhile. */
export const rerouteAtOnce = (situation: Situation, weights: Weights): Move | undefined =>
  reroute({ ...situation, subsetSettlesIn: {}, podsKnownIn: {} }, weights);

/** Seconds until a revision may have that weight. */
function pauseOf({ weights: before, subsetSettlesIn, podsKnownIn }: Situation, weights: Weights, name: string): number {
  const had = weightOf(before, name);
  if (before !== undefined && weightOf(weights, name) <= had) return 0;
  return Math.max(subsetSettlesIn[name] ?? 0, had === 0 ? (podsKnownIn[name] ?? 0) : 0);
}

/** Whether some calls go to dead pods, and no others are moved. */
function isLostAlready(situation: Situation, weights: Weights): boolean {
  const dead = deadWithWeight(situation);
  const moved = routed(situation.weights).filter((name) => weightOf(weights, name) < weightOf(situation.weights, name));
  return dead.length > 0 && moved.every((name) => dead.includes(name));
}

/** Adds the subsets that these revisions lack; undefined where they have them. */
export function announce({ subsets }: Situation, revisions: readonly string[]): Move | undefined {
  const missing = revisions.filter((revision) => !subsets.includes(revision));
  return missing.length > 0 ? { kind: "subsets", subsets: [...subsets, ...missing] } : undefined;
}
