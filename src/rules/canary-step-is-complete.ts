import { asList, at, join } from "../model/json.ts";
import { mistakes } from "../model/shape.ts";
import { stepTypes } from "../model/vocabulary.ts";
import { allSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "canary-step-is-complete",
  codes: ["C01"],
  action: "Deny",
  about: "spec",
  invariant: "A canary-rollout step has a batch partition and at least one weighted target.",
  because: "It would move neither pods nor traffic.",
  reads: [],
  *check({ app }) {
    const shape = stepTypes["canary-rollout"];
    for (const step of allSteps(app)) {
      if (step.type !== "canary-rollout" || !shape) continue;
      const path = join(step.path, "properties");
      for (const mistake of mistakes(shape, step.properties, path))
        if (mistake.kind !== "unknown" && !mistake.field.endsWith(".weight")) yield mistake;
      const targets = at(step.properties, "traffic", "weightedTargets");
      if (Array.isArray(targets) && asList(targets).length === 0) {
        yield {
          field: `${path}.traffic.weightedTargets`,
          message: "is empty, at least one revision with its weight is required",
        };
      }
    }
  },
});
