import { canaryComponents, rolloutOf } from "../model/application.ts";
import { rule } from "./rule.ts";

const most = { size: 1000, batches: 100 };

export default rule({
  id: "rollout-is-of-bounded-size",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "A rollout has a target size of at most 1000 and at most 100 batches.",
  because: "More is a typing error that would fill the cluster, or a plan that nobody can follow.",
  reads: [],
  *check({ app }) {
    for (const component of canaryComponents(app)) {
      const { path, targetSize = 0, batches = [] } = rolloutOf(component) ?? {};
      if (targetSize > most.size)
        yield { field: `${path}.targetSize`, message: `is ${targetSize}, at most ${most.size} is possible` };
      if (batches.length > most.batches)
        yield {
          field: `${path}.rolloutBatches`,
          message: `has ${batches.length} batches, at most ${most.batches} are possible`,
        };
    }
  },
});
