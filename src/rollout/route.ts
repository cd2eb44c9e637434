import type { Move } from "./move.ts";
import { deadWithWeight, type Situation } from "./situation.ts";
import { routed, sameWeights, type Weights } from "./weights.ts";

/**
 * What brings `weights` about: first their subsets, then until the proxies know them a pause, then the route; undefined where the
 * route has them. Where calls go to dead pods none is lost by going at once.
 */
export function reroute(situation: Situation, weights: Weights): Move | undefined {
  if (sameWeights(situation.weights, weights)) return undefined;
  const added = announce(situation, routed(weights));
  if (added) return added;
  if (deadWithWeight(situation).length > 0) return { kind: "route", weights };
  const seconds = (name: string): number => situation.usableIn[name] ?? 0;
  const fresh = routed(weights).filter((name) => !routed(situation.weights).includes(name) && seconds(name) > 0);
  const [revision] = fresh.sort((a, b) => seconds(b) - seconds(a));
  if (revision === undefined) return { kind: "route", weights };
  return { kind: "wait", on: "pause", revision, seconds: seconds(revision), text: `the proxies learn of ${revision}` };
}

/** Adds the subsets that these revisions lack; undefined where they have them. */
export function announce({ subsets }: Situation, revisions: readonly string[]): Move | undefined {
  const missing = revisions.filter((revision) => !subsets.includes(revision));
  return missing.length > 0 ? { kind: "subsets", subsets: [...subsets, ...missing] } : undefined;
}
