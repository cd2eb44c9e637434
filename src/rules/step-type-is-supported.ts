import { notSupported, shapeOf } from "../model/properties.ts";
import { stepTypes } from "../model/vocabulary.ts";
import { allSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "step-type-is-supported",
  codes: ["W03"],
  action: "Deny",
  about: "spec",
  invariant: "The type of a step is one of the supported types.",
  because: "There is nothing that could run any other.",
  reads: [],
  *check({ app }) {
    const mistake = notSupported(stepTypes);
    for (const { type, path } of allSteps(app)) {
      if (shapeOf(stepTypes, type)) continue;
      yield { field: `${path}.type`, message: mistake(type), from: [`${path}.type`] };
    }
  },
});
