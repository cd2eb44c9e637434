import { routedSteps } from "../model/routed.ts";
import { standingReads } from "../model/standing.ts";
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
    for (const { path, targets, component, standing } of routedSteps(change, world)) {
      const { desired, stable, known } = standing;
      if (desired !== stable || seen.has(component.name)) continue;
      const gone = targets.find(({ revision }) => revision !== stable && known.includes(revision));
      if (!gone) continue;
      seen.add(component.name);
      yield {
        field: `${path}.traffic.weightedTargets`,
        message: `${component.name}: steps run again though ${desired} is live, weights to ${gone.revision} are ignored`,
      };
    }
  },
});
