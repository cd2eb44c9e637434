import { canaryComponents, rolloutOf } from "../model/application.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "last-batch-moves-pods",
  codes: ["R04"],
  action: "Deny",
  about: "spec",
  invariant: "The last batch is not empty.",
  because: "The rollout could never complete.",
  reads: [],
  *check({ app }) {
    for (const component of canaryComponents(app)) {
      const { path, batches = [], batchesListed } = rolloutOf(component) ?? {};
      if (batchesListed && batches.at(-1) === 0)
        yield {
          field: `${path}.rolloutBatches[${batches.length - 1}].replicas`,
          message: "is 0, the last batch needs at least 1 replica",
        };
    }
  },
});
