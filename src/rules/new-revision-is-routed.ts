import { routedSteps } from "../model/routed.ts";
import { standingReads } from "../model/standing.ts";
import { rollbackSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "new-revision-is-routed",
  codes: ["C08"],
  action: "Deny",
  about: "spec",
  invariant: "Where a component with canary steps changes, a step routes to its new revision.",
  because: "The new revision would never get traffic.",
  reads: standingReads,
  *check(change, world) {
    const steps = routedSteps(change, world);
    const excused = rollbackSteps(change.app).map(({ component }) => component?.name);
    for (const component of new Set(steps.map((step) => step.component))) {
      const [last] = steps.filter((step) => step.component === component).slice(-1);
      if (!last || last.namesDesired || !last.standing.changes || excused.includes(component.name)) continue;
      const { known, desired } = last.standing;
      const routed = [
        ...new Set(
          steps
            .filter((step) => step.component === component)
            .flatMap(({ targets }) => targets.map(({ revision }) => revision)),
        ),
      ];
      if (routed.some((revision) => !known.includes(revision))) continue;
      yield {
        field: `${last.path}.traffic.weightedTargets`,
        message: `the new revision is ${desired} but the workflow only routes to ${routed.join(", ")}, a step must name ${desired}`,
      };
    }
  },
});
