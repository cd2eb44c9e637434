import { rolloutOf, sum } from "../model/application.ts";
import { planPlaces, revisionPlaces } from "../model/places.ts";
import { routedSteps } from "../model/routed.ts";
import { standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "weight-follows-pods",
  codes: ["C10"],
  action: "Deny",
  about: "spec",
  invariant: "A step gives the new revision weight only where it has pods.",
  because: "Its share of the requests would fail.",
  reads: standingReads,
  asWritten: true,
  *check(change, world) {
    for (const { targets, component, batchPartition, standing } of routedSteps(change, world)) {
      const { batches = [] } = rolloutOf(component) ?? {};
      if (batchPartition === undefined || standing.desired === standing.stable) continue;
      if (sum(batches.slice(0, batchPartition + 1)) > 0 || batches.length === 0) continue;
      for (const { path, revision, weight } of targets) {
        if (revision !== standing.desired || weight <= 0) continue;
        yield {
          field: `${path}.weight`,
          message: `is ${weight} while batches 0..${batchPartition} give ${revision} no pods, must be 0`,
          from: [planPlaces(component), revisionPlaces(component)],
        };
      }
    }
  },
});
