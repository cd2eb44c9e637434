import { canaryComponents } from "../model/application.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "rollout-is-not-superseded",
  codes: ["R15"],
  action: "Warn",
  foretells: true,
  about: "spec",
  invariant: "A rollout in progress is not replaced by one to a third revision.",
  because: "The half-rolled revision is abandoned.",
  reads: standingReads,
  *check(change, world) {
    for (const component of canaryComponents(change.app)) {
      const { rolling, changes, stable, current, desired } = standingOf(component, change, world);
      if (!rolling || !changes || desired === stable) continue;
      const rest = stable ? `${stable} serves until ${desired} is ready` : `${desired} is rolled out instead`;
      yield { field: component.path, message: `${component.name}: abandons ${current}, ${rest}` };
    }
  },
});
