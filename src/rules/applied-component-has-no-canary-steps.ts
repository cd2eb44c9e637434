import { asText, own } from "../model/json.ts";
import { canaryPlaces } from "../model/places.ts";
import { quote } from "../model/shape.ts";
import { allSteps, canarySteps, rollbackSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "applied-component-has-no-canary-steps",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "A component that has canary steps is applied by them alone.",
  because: "An apply-component step waits until all of the rollout is done, which waits for the canary steps.",
  reads: [],
  *check({ app }) {
    const stepped = new Map(
      [...canarySteps(app), ...rollbackSteps(app)].map(({ component, step }) => [component?.name, step.name]),
    );
    for (const step of allSteps(app).filter(({ type }) => type === "apply-component")) {
      const name = asText(own(step.properties, "component"));
      const canary = name === undefined ? undefined : stepped.get(name);
      if (canary === undefined) continue;
      yield {
        field: `${step.path}.properties.component`,
        message: `${name} is rolled out by step ${quote(canary)}, this step would wait for all of it and must be removed`,
        from: canaryPlaces(app),
      };
    }
  },
});
