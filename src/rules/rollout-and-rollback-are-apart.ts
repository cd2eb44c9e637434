import { own } from "../model/json.ts";
import { canarySteps, rollbackSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "rollout-and-rollback-are-apart",
  codes: ["C20"],
  action: "Warn",
  about: "spec",
  invariant: "A component is not rolled out and rolled back by one workflow without a condition.",
  because: "The rollback would undo the rollout.",
  reads: [],
  *check({ app }) {
    const rolledOut = canarySteps(app).map(({ component }) => component?.name);
    for (const { step, component } of rollbackSteps(app)) {
      if (!component || !rolledOut.includes(component.name) || own(step.raw, "if") !== undefined) continue;
      yield {
        field: step.path,
        message: `${step.name}: rolls ${component.name} back after its rollout, a condition (if) is missing`,
      };
    }
  },
});
