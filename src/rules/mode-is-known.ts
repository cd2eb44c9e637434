import { asText, at, type Json, own } from "../model/json.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "mode-is-known",
  codes: ["W07"],
  action: "Deny",
  about: "spec",
  invariant: "The mode of a workflow is StepByStep or DAG.",
  because: "Anything else silently means StepByStep.",
  reads: [],
  *check({ app }) {
    const mode = at(app.raw, "spec", "workflow", "mode");
    const set: [string, Json | undefined][] = [
      ["spec.workflow.mode.steps", own(mode, "steps")],
      ["spec.workflow.mode.subSteps", own(mode, "subSteps")],
      ...app.workflow.steps.map((step): [string, Json | undefined] => [`${step.path}.mode`, own(step.raw, "mode")]),
    ];
    for (const [field, value] of set) {
      const text = asText(value);
      if (text === undefined || text === "StepByStep" || text === "DAG") continue;
      yield { field, message: `${quote(text)} would silently mean "StepByStep", must be "StepByStep" or "DAG"` };
    }
  },
});
