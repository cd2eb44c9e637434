import { rolloutOf, sum } from "../model/application.ts";
import { routedSteps } from "../model/routed.ts";
import { standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "traffic-fits-pods",
  codes: ["C17"],
  action: "Warn",
  about: "spec",
  invariant: "The new revision's share of traffic is at most twice its share of pods.",
  because: "Its pods could be overloaded.",
  reads: standingReads,
  *check(change, world) {
    for (const { path, step, targets, component, batchPartition, standing } of routedSteps(change, world)) {
      const { batches = [], targetSize = 0 } = rolloutOf(component) ?? {};
      if (batchPartition === undefined || batchPartition >= batches.length - 1 || standing.desired === standing.stable)
        continue;
      const weight = targets.find(({ revision }) => revision === standing.desired)?.weight ?? 0;
      const pods = sum(batches.slice(0, batchPartition + 1));
      if (pods === 0 || targetSize === 0 || weight * targetSize <= 200 * pods) continue;
      yield {
        field: `${path}.traffic.weightedTargets`,
        message: `${step.name}: ${weight}% of the traffic goes to ${pods} of ${targetSize} pods`,
      };
    }
  },
});
