import { rolloutOf } from "../model/application.ts";
import { routedSteps } from "../model/routed.ts";
import { standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "workflow-finishes-the-rollout",
  codes: ["C13"],
  action: "Warn",
  about: "spec",
  invariant: "The last canary step of a component runs the last batch with all traffic.",
  because: "The rollout would stay halfway.",
  reads: standingReads,
  *check(change, world) {
    const steps = routedSteps(change, world);
    for (const component of new Set(steps.map((step) => step.component))) {
      const [last] = steps.filter((step) => step.component === component).slice(-1);
      const { batches } = rolloutOf(component) ?? {};
      if (!last || !batches || last.batchPartition === undefined || last.batchPartition >= batches.length - 1) continue;
      const { desired, stable } = last.standing;
      const weight = last.targets.find(({ revision }) => revision === desired)?.weight;
      if (desired === stable || weight === undefined) continue;
      yield {
        field: `${last.path}.batchPartition`,
        message: `${component.name}: the rollout will stay at batch ${last.batchPartition} of 0..${batches.length - 1} and ${weight}%`,
      };
    }
  },
});
