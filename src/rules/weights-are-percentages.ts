import { join } from "../model/json.ts";
import { mistakes } from "../model/shape.ts";
import { stepTypes } from "../model/vocabulary.ts";
import { allSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "weights-are-percentages",
  codes: ["C02"],
  action: "Deny",
  about: "spec",
  invariant: "Every weight is an integer from 0 to 100.",
  because: "Istio would take other numbers as ratios, or refuse them.",
  reads: [],
  *check({ app }) {
    const shape = stepTypes["canary-rollout"];
    for (const step of allSteps(app)) {
      if (step.type !== "canary-rollout" || !shape) continue;
      for (const mistake of mistakes(shape, step.properties, join(step.path, "properties")))
        if (mistake.kind !== "unknown" && mistake.field.endsWith(".weight")) yield mistake;
    }
  },
});
