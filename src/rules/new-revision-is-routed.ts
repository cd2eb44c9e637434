import { contentPlaces } from "../model/places.ts";
import { routedSteps } from "../model/routed.ts";
import { spelledList } from "../model/spelled.ts";
import { exists, standingReads } from "../model/standing.ts";
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
    const astray = routedSteps(change, world).filter(
      (step) => !step.hasCourse && exists(step.standing, step.standing.desired),
    );
    for (const component of new Set(astray.map((step) => step.component))) {
      const steps = astray.filter((step) => step.component === component);
      const routed = [...new Set(steps.flatMap(({ targets }) => targets.map(({ revision }) => revision)))];
      const last = steps.at(-1);
      if (!last || routed.some((revision) => !exists(last.standing, revision))) continue;
      const { desired } = last.standing;
      yield {
        field: `${last.path}.traffic.weightedTargets`,
        message: `the new revision is ${desired} but the workflow only routes to ${spelledList(routed)}, a step must name ${desired}`,
        from: contentPlaces(component),
      };
    }
  },
});
