import { canaryComponents } from "../model/application.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { canarySteps, rollbackSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "change-has-canary-steps",
  codes: [],
  action: "Warn",
  foretells: true,
  about: "spec",
  invariant: "In a workflow with canary steps, every changed canary component has some.",
  because: "It is rolled batch by batch without a pause.",
  reads: standingReads,
  *check(change, world) {
    const stepped = [...canarySteps(change.app), ...rollbackSteps(change.app)].map(({ component }) => component?.name);
    // A step whose component cannot be told may be meant for any.
    if (stepped.length === 0 || stepped.includes(undefined)) return;
    for (const component of canaryComponents(change.app)) {
      if (stepped.includes(component.name)) continue;
      const { changes, known, desired, stable } = standingOf(component, change, world);
      if (!changes || stable === undefined || known.includes(desired)) continue;
      yield {
        field: component.path,
        message: `${component.name}: goes to ${desired} without canary steps, batch by batch with no pause`,
      };
    }
  },
});
