import { hint } from "../model/nearest.ts";
import { shapeOf } from "../model/properties.ts";
import { quote } from "../model/shape.ts";
import { stepTypes } from "../model/vocabulary.ts";
import { allSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

const known = Object.keys(stepTypes);

export default rule({
  id: "step-type-is-supported",
  codes: ["W03"],
  action: "Deny",
  about: "spec",
  invariant: "The type of a step is one of the supported types.",
  because: "There is nothing that could run any other.",
  reads: [],
  *check({ app }) {
    for (const { type, path } of allSteps(app)) {
      if (shapeOf(stepTypes, type)) continue;
      yield {
        field: `${path}.type`,
        message: `${quote(type)} is not supported, must be one of ${known.join(", ")}${hint(type, known)}`,
        from: [`${path}.type`],
      };
    }
  },
});
