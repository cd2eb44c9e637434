import { sum } from "../model/application.ts";
import { canarySteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "weights-total-100",
  codes: ["C03"],
  action: "Deny",
  about: "spec",
  invariant: "The weights of a step total 100.",
  because: "Istio would take them as ratios, so the split would not be what was written.",
  reads: [],
  *check({ app }) {
    for (const { path, targets, isComplete } of canarySteps(app)) {
      const weights = targets.map((target) => target.weight);
      if (!isComplete || targets.length === 0 || sum(weights) === 100) continue;
      yield {
        field: `${path}.traffic.weightedTargets`,
        message: `weights total ${sum(weights)} (${weights.join("+")}), must total 100`,
      };
    }
  },
});
