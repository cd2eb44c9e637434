import { join } from "../model/json.ts";
import { repeats } from "../model/repeats.ts";
import { quote } from "../model/shape.ts";
import { allSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "step-names-are-distinct",
  codes: ["W01"],
  action: "Deny",
  about: "spec",
  invariant: "Every step has a name of its own.",
  because: "Steps are resumed and depended on by name.",
  reads: [],
  *check({ app }) {
    for (const [step, first] of repeats(allSteps(app), ({ name }) => name)) {
      yield {
        field: join(step.path, "name"),
        message: `${quote(step.name)} is also the name of ${first.path}, every step must have its own`,
      };
    }
  },
});
