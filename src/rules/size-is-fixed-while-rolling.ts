import { canaryComponents, rolloutOf } from "../model/application.ts";
import { contentPlaces } from "../model/places.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "size-is-fixed-while-rolling",
  codes: ["R14"],
  action: "Deny",
  about: "spec",
  invariant: "The target size does not change while a rollout is in progress.",
  because: "The plan would no longer fit the pods.",
  reads: standingReads,
  *check(change, world) {
    for (const component of canaryComponents(change.app)) {
      const { path, targetSize } = rolloutOf(component) ?? {};
      const { replacing, changes, stable, current, size } = standingOf(component, change, world);
      if (!targetSize || size === undefined || !replacing || changes || targetSize === size) continue;
      yield {
        field: `${path}.targetSize`,
        message: `changes from ${size} to ${targetSize} while ${stable} is replaced by ${current}, finish the rollout or roll it back first`,
        from: [`${path}.targetSize`, contentPlaces(component)],
      };
    }
  },
});
