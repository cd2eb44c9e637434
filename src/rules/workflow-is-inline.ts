import { asText, at } from "../model/json.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "workflow-is-inline",
  codes: ["W08"],
  action: "Deny",
  about: "spec",
  invariant: "A workflow lists its steps and refers to no other object.",
  because: "A plan that stands elsewhere cannot be judged here.",
  reads: [],
  *check({ app }) {
    const ref = asText(at(app.raw, "spec", "workflow", "ref"));
    if (!ref) return;
    yield {
      field: "spec.workflow.ref",
      message: `the workflow ${quote(ref)} is another object, the steps must be listed in this one`,
    };
  },
});
