import type { Move } from "./move.ts";
import type { Situation } from "./situation.ts";
import { routed, sameWeights, type Weights } from "./weights.ts";

/** What brings `weights` about: first their subsets, then until the proxies know them a pause, then the route; undefined where the route has them. */
export function reroute(situation: Situation, weights: Weights): Move | undefined {
  if (sameWeights(situation.weights, weights)) return undefined;
  const added = announce(situation, routed(weights));
  if (added) return added;
  const [revision] = routed(weights).filter((name) => !routed(situation.weights).includes(name));
  if (revision === undefined || situation.usableIn === 0) return { kind: "route", weights };
  return { kind: "wait", on: "pause", revision, seconds: situation.usableIn, text: `the proxies learn of ${revision}` };
}

/** The same without the pause: where calls fail already, none is lost by it. */
export const rerouteAtOnce = (situation: Situation, weights: Weights): Move | undefined =>
  reroute({ ...situation, usableIn: 0 }, weights);

/** Adds the subsets that these revisions lack; undefined where they have them. */
export function announce({ subsets }: Situation, revisions: readonly string[]): Move | undefined {
  const missing = revisions.filter((revision) => !subsets.includes(revision));
  return missing.length > 0 ? { kind: "subsets", subsets: [...subsets, ...missing] } : undefined;
}
