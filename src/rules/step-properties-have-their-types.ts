import { isInside, propertyMistakes } from "../model/properties.ts";
import { stepTypes } from "../model/vocabulary.ts";
import { allSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

/** Members of steps of which a rule of their own says what is wrong, also with their types. */
const elsewhere: ReadonlyMap<string, readonly string[]> = new Map([
  ["canary-rollout", ["batchPartition", "traffic"]],
  ["canary-rollback", ["rollbackVersion"]],
  ["suspend", ["duration"]],
]);

export default rule({
  id: "step-properties-have-their-types",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "Required properties of a step are present, and all have the type that the step declares.",
  because: "The step could not be run.",
  reads: [],
  *check({ app }) {
    for (const step of allSteps(app))
      for (const mistake of propertyMistakes(step, stepTypes))
        if (mistake.kind !== "unknown" && !isInside(mistake.field, step, elsewhere.get(step.type))) yield mistake;
  },
});
