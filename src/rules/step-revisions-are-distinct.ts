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
      for (const [i, { path, revision }] of targets.entries()) {
        const first = targets.findIndex((target) => target.revision === revision);
        if (first === i) continue;
        yield {
          field: `${path}.revision`,
          message: `${quote(revision)} stands at ${targets[first]?.path ?? ""} already, every revision may be there once`,
        };
      }
    }
  },
});
