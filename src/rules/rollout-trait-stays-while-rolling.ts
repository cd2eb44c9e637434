import { traitOf } from "../model/application.ts";
import { canaryBefore } from "../model/change.ts";
import { traitPlaces } from "../model/places.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "rollout-trait-stays-while-rolling",
  codes: ["T12"],
  action: "Deny",
  about: "spec",
  invariant: "A rollout trait is not removed while its rollout is in progress.",
  because: "Half of the pods would be left behind.",
  reads: standingReads,
  *check(change, world) {
    for (const component of change.app.components) {
      if (traitOf(component, "rollout") || !canaryBefore(change, component.name)) continue;
      const { replacing, stable, current } = standingOf(component, change, world);
      if (!replacing) continue;
      yield {
        field: `${component.path}.traits`,
        message: `the rollout trait is removed while ${stable} is replaced by ${current}, finish the rollout or roll it back first`,
        from: traitPlaces(component),
      };
    }
  },
});
