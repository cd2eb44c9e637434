import type { JsonObject } from "../model/json.ts";

/** Share of a component's traffic, in percent, by revision; the order is that of the route's destinations. */
export type Weights = Readonly<Record<string, number>>;

/** The destinations of a route. A weight of 0 is written, too: Istio takes a missing one for 100 where it stands alone. */
export const weighted = (weights: Weights, destination: JsonObject): readonly JsonObject[] =>
  Object.entries(weights).map(([revision, weight]) => ({
    destination: { ...destination, subset: revision },
    weight,
  }));
