import type { Step } from "../model/application.ts";
import { quote } from "../model/shape.ts";
import { allSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "suspend-has-a-successor",
  codes: ["W12"],
  action: "Warn",
  about: "spec",
  invariant: "Something follows a suspend step.",
  because: "There is nothing left to approve.",
  reads: [],
  *check({ app }) {
    const { steps, mode } = app.workflow;
    const awaited = new Set(allSteps(app).flatMap((step) => step.dependsOn));
    for (const { name, path } of unfollowed(steps, mode, awaited).filter(({ type }) => type === "suspend"))
      yield { field: path, message: `nothing follows ${quote(name)}, there is nothing left to approve` };
  },
});

/** Steps that nothing follows: no later step of a list that runs one by one, and none that depends on them. */
const unfollowed = (steps: readonly Step[], mode: string, awaited: ReadonlySet<string>): Step[] =>
  steps
    .filter((step, i) => !awaited.has(step.name) && (mode === "DAG" || i === steps.length - 1))
    .flatMap((step) => [step, ...unfollowed(step.subSteps, step.mode, awaited)]);
