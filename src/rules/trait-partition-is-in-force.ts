import { canaryComponents, rolloutOf } from "../model/application.ts";
import { canarySteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "trait-partition-is-in-force",
  codes: ["R11"],
  action: "Warn",
  about: "spec",
  invariant: "A rollout trait leaves the batch partition to the canary steps of the workflow.",
  because: "The value of the step wins.",
  reads: [],
  *check({ app }) {
    const stepped = new Set(canarySteps(app).map(({ component }) => component));
    for (const component of canaryComponents(app)) {
      const { path, batchPartition } = rolloutOf(component) ?? {};
      if (batchPartition === undefined || !stepped.has(component)) continue;
      yield {
        field: `${path}.batchPartition`,
        message: `${component.name}: batchPartition ${batchPartition} has no effect, that of the canary step counts`,
      };
    }
  },
});
