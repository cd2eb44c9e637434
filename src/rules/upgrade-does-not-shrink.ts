import { canaryComponents, rolloutOf } from "../model/application.ts";
import { contentPlaces } from "../model/places.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "upgrade-does-not-shrink",
  codes: ["R16"],
  action: "Deny",
  about: "spec",
  invariant: "A rollout to another revision does not lower the target size.",
  because: "Shrink and upgrade in two steps.",
  reads: standingReads,
  *check(change, world) {
    for (const component of canaryComponents(change.app)) {
      const { path, targetSize } = rolloutOf(component) ?? {};
      const { changes, stable, desired, settledSize } = standingOf(component, change, world);
      // Going back to the stable revision is always possible, at any size.
      if (!changes || stable === undefined || desired === stable) continue;
      if (!targetSize || settledSize === undefined || targetSize >= settledSize) continue;
      yield {
        field: `${path}.targetSize`,
        message: `is lowered from ${settledSize} to ${targetSize} together with a rollout from ${stable} to ${desired}, shrink and upgrade in two steps`,
        from: [`${path}.targetSize`, contentPlaces(component)],
      };
    }
  },
});
