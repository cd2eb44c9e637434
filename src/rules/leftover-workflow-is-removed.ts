import { routedSteps } from "../model/routed.ts";
import { exists, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "leftover-workflow-is-removed",
  codes: ["C18"],
  action: "Warn",
  about: "spec",
  invariant: "Canary steps of an earlier rollout do not stay in the workflow.",
  because: "They run again at every change of the spec, to no effect.",
  reads: standingReads,
  *check(change, world) {
    const seen = new Set<string>();
    for (const { path, targets, component, standing, hasCourse } of routedSteps(change, world)) {
      const { desired, stable } = standing;
      if (!hasCourse || desired !== stable || seen.has(component.name)) continue;
      const gone = targets.find(({ revision }) => revision !== stable && exists(standing, revision));
      if (!gone) continue;
      seen.add(component.name);
      yield {
        field: `${path}.traffic.weightedTargets`,
        message: `${component.name}: ${desired} is live already, weights to ${gone.revision} are ignored`,
      };
    }
  },
});
