import type { Move } from "./move.ts";
import type { Situation } from "./situation.ts";
import { routed, sameWeights, type Weights } from "./weights.ts";

/** What brings `weights` about: first their subsets, a short pause where the proxies may not know one yet, then the route; undefined where the route has them. */
export function reroute(situation: Situation, weights: Weights): Move | undefined {
  if (sameWeights(situation.weights, weights)) return undefined;
  const missing = routed(weights).filter((revision) => !situation.subsets.includes(revision));
  if (missing.length > 0) return { kind: "subsets", subsets: [...situation.subsets, ...missing] };
  const [revision] = routed(weights).filter((name) => !routed(situation.weights).includes(name));
  if (revision !== undefined && situation.subsetsUsableIn > 0) {
    return {
      kind: "wait",
      on: "pause",
      revision,
      seconds: situation.subsetsUsableIn,
      text: "the proxies learn the new subset",
    };
  }
  return { kind: "route", weights };
}
