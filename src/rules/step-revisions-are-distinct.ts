import { repeats } from "../model/repeats.ts";
import { quote } from "../model/shape.ts";
import { canarySteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "step-revisions-are-distinct",
  codes: ["C04"],
  action: "Deny",
  about: "spec",
  invariant: "A step routes to every revision once.",
  because: "Two destinations of one subset hide the real split.",
  reads: [],
  *check({ app }) {
    for (const { targets } of canarySteps(app)) {
      for (const [{ path, revision }, first] of repeats(targets, (target) => target.revision)) {
        yield {
          field: `${path}.revision`,
          message: `${quote(revision)} stands at ${first.path} already, every revision may be there once`,
        };
      }
    }
  },
});
