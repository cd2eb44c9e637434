import { asText, own } from "../model/json.ts";
import { quote } from "../model/shape.ts";
import { precedes, stepsOnSuccess } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "apply-step-precedes-canary-steps",
  codes: [],
  action: "Warn",
  about: "spec",
  invariant: "An apply-component step comes before the canary steps.",
  because: "A canary step applies all other components as well, those whose own steps are still to come included.",
  foretells: true,
  reads: [],
  *check({ app }) {
    const steps = stepsOnSuccess(app);
    const canary = steps.filter(({ type }) => type === "canary-rollout" || type === "canary-rollback");
    for (const step of steps.filter(({ type }) => type === "apply-component")) {
      const first = canary.find((each) => precedes(app, each, step));
      const component = asText(own(step.properties, "component"));
      if (first === undefined || component === undefined) continue;
      yield {
        field: step.path,
        message: `${quote(first.name)} applies ${component} before ${quote(step.name)} does; put it before, or leave it out`,
      };
    }
  },
});
