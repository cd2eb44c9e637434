import { quote } from "../model/shape.ts";
import { allSteps, precedes } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "suspend-follows-a-step",
  codes: [],
  action: "Warn",
  about: "spec",
  invariant: "Something runs before a suspend step.",
  because: "There is nothing to look at yet when somebody is asked.",
  reads: [],
  *check({ app }) {
    const steps = allSteps(app);
    for (const step of steps.filter(({ type }) => type === "suspend"))
      if (!steps.some((earlier) => precedes(app, earlier, step)))
        yield { field: step.path, message: `nothing runs before ${quote(step.name)}, there is nothing to approve yet` };
  },
});
