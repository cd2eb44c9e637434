import { rolloutOf, sum } from "../model/application.ts";
import { planPlaces, revisionPlaces } from "../model/places.ts";
import { routedSteps } from "../model/routed.ts";
import { servingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "traffic-fits-pods",
  codes: ["C17"],
  action: "Warn",
  about: "spec",
  invariant: "The new revision's share of traffic is at most twice its share of pods.",
  because: "Its pods could be overloaded.",
  reads: standingReads,
  asWritten: true,
  *check(change, world) {
    for (const { path, step, component, batchPartition, standing, desiredWeight = 0 } of routedSteps(change, world)) {
      const { batches = [], targetSize = 0 } = rolloutOf(component) ?? {};
      if (batchPartition === undefined || batchPartition >= batches.length - 1) continue;
      // A first deployment has nothing else to send the traffic to.
      if (servingOf(standing) === undefined || standing.desired === servingOf(standing)) continue;
      const pods = sum(batches.slice(0, batchPartition + 1));
      if (pods === 0 || targetSize === 0 || desiredWeight * targetSize <= 200 * pods) continue;
      yield {
        field: `${path}.traffic.weightedTargets`,
        message: `${step.name}: ${desiredWeight}% of the traffic goes to ${pods} of ${targetSize} pods`,
        from: [planPlaces(component), revisionPlaces(component)],
      };
    }
  },
});
