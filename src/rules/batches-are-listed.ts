import { canaryComponents, traitOf } from "../model/application.ts";
import { own } from "../model/json.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "batches-are-listed",
  codes: ["R05"],
  action: "Deny",
  about: "spec",
  invariant: "A list of batches has at least one batch.",
  because: "An empty list is no plan; leave it out for one batch.",
  reads: [],
  *check({ app }) {
    for (const component of canaryComponents(app)) {
      const trait = traitOf(component, "rollout");
      const batches = own(trait?.properties, "rolloutBatches");
      if (Array.isArray(batches) && batches.length === 0)
        yield {
          field: `${trait?.path}.properties.rolloutBatches`,
          message: "is an empty list, must have at least one batch or be left out",
        };
    }
  },
});
