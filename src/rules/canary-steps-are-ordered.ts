import type { Step } from "../model/application.ts";
import { orderPlaces } from "../model/places.ts";
import { canarySteps, precedes, rollbackSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "canary-steps-are-ordered",
  codes: ["C16"],
  action: "Deny",
  about: "spec",
  invariant: "Canary steps of one component run one after another.",
  because: "Two at a time would fight over its pods and weights.",
  reads: [],
  *check({ app }) {
    const steps = [...canarySteps(app), ...rollbackSteps(app)];
    for (const [i, later] of steps.entries()) {
      const rival = steps
        .slice(0, i)
        .find(
          (earlier) =>
            earlier.component && earlier.component === later.component && !isOrdered(earlier.step, later.step),
        );
      if (!rival) continue;
      yield {
        field: later.step.path,
        message: `steps "${rival.step.name}" and "${later.step.name}" may run at the same time, StepByStep or dependsOn is required`,
        from: orderPlaces(app),
      };
    }

    function isOrdered(a: Step, b: Step): boolean {
      return precedes(app, a, b) || precedes(app, b, a);
    }
  },
});
