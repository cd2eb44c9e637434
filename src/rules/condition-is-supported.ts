import { isFault, parseCondition, stepFlags, stepsOf } from "../model/condition.ts";
import { asText, join, own } from "../model/json.ts";
import { stepNames } from "../model/places.ts";
import { quote } from "../model/shape.ts";
import { allSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

const supported = `use always, true, false, status.STEP.phase == "succeeded" (or !=), status.STEP.${stepFlags[0]} (or ${stepFlags.slice(1).join(", ")}), &&, ||, ! and parentheses`;

export default rule({
  id: "condition-is-supported",
  codes: ["W10"],
  action: "Deny",
  about: "spec",
  invariant: "The condition of a step is in the supported grammar.",
  because: "A condition that cannot be evaluated would stop the workflow.",
  reads: [],
  *check({ app }) {
    const names = new Set(allSteps(app).map((step) => step.name));
    for (const step of allSteps(app)) {
      const text = asText(own(step.raw, "if"));
      if (text === undefined) continue;
      const field = join(step.path, "if");
      const condition = parseCondition(text);
      if (isFault(condition)) {
        yield { field, message: `${condition.error} at character ${condition.position + 1}, ${supported}` };
        continue;
      }
      for (const name of stepsOf(condition).filter((name) => !names.has(name)))
        yield {
          field,
          message: `no step is called ${quote(name)}, must ask for a step of this workflow`,
          // A step that waits for what it asks for says so there too.
          from: [stepNames(app), join(step.path, "dependsOn")],
        };
    }
  },
});
