import { canaryComponents, rolloutOf } from "../model/application.ts";
import { planPlaces } from "../model/places.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "partition-is-within-batches",
  codes: ["R10"],
  action: "Warn",
  about: "spec",
  invariant: "The batch partition of a rollout is the index of one of its batches.",
  because: "Beyond the last batch it holds nothing back.",
  reads: [],
  *check({ app }) {
    for (const component of canaryComponents(app)) {
      const { path, batches, batchPartition } = rolloutOf(component) ?? {};
      if (!batches || batchPartition === undefined || batchPartition < batches.length) continue;
      yield {
        field: `${path}.batchPartition`,
        message: `${component.name}: batchPartition ${batchPartition} is beyond the last batch (index ${batches.length - 1}), nothing will pause`,
        from: planPlaces(component),
      };
    }
  },
});
