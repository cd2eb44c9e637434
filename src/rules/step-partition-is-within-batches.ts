import { rolloutOf } from "../model/application.ts";
import { planPlaces } from "../model/places.ts";
import { canarySteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "step-partition-is-within-batches",
  codes: ["C14"],
  action: "Warn",
  about: "spec",
  invariant: "The batch partition of a step is the index of one of the batches.",
  because: "Beyond the last batch it holds nothing back.",
  reads: [],
  *check({ app }) {
    for (const { path, step, component, batchPartition } of canarySteps(app)) {
      if (!component) continue;
      const { batches } = rolloutOf(component) ?? {};
      if (!batches || batchPartition === undefined || batchPartition < batches.length) continue;
      yield {
        field: `${path}.batchPartition`,
        message: `${step.name}: batchPartition ${batchPartition} is beyond the last batch (index ${batches.length - 1})`,
        from: planPlaces(component),
      };
    }
  },
});
