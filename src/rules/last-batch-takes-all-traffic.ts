import { rolloutOf } from "../model/application.ts";
import { planPlaces, revisionPlaces } from "../model/places.ts";
import { routedSteps } from "../model/routed.ts";
import { servingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "last-batch-takes-all-traffic",
  codes: ["C09"],
  action: "Deny",
  about: "spec",
  invariant: "A step that runs the last batch gives no weight to the old revision.",
  because: "Its pods are gone after the last batch.",
  reads: standingReads,
  asWritten: true,
  *check(change, world) {
    for (const { targets, component, batchPartition, standing, hasCourse } of routedSteps(change, world)) {
      const { batches } = rolloutOf(component) ?? {};
      const { desired } = standing;
      if (!batches || batchPartition === undefined || batchPartition < batches.length - 1) continue;
      if (!hasCourse || desired === servingOf(standing)) continue;
      for (const { path, revision, weight } of targets) {
        if (revision !== servingOf(standing) || weight <= 0) continue;
        yield {
          field: `${path}.weight`,
          message: `after the last batch ${revision} is deleted but still receives ${weight}%, ${desired} must take all of it`,
          from: [planPlaces(component), revisionPlaces(component)],
        };
      }
    }
  },
});
