import { canaryComponents, rolloutOf } from "../model/application.ts";
import { contentPlaces, planPlaces } from "../model/places.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "upgrade-does-not-grow",
  codes: ["R17"],
  action: "Warn",
  foretells: true,
  about: "spec",
  invariant: "A rollout to another revision does not raise the target size.",
  because: "The added pods all come with the new revision.",
  reads: standingReads,
  *check(change, world) {
    for (const component of canaryComponents(change.app)) {
      const { path, targetSize } = rolloutOf(component) ?? {};
      const { changes, stable, desired, settledSize } = standingOf(component, change, world);
      // Going back to the stable revision is always possible, at any size.
      if (!changes || stable === undefined || desired === stable) continue;
      if (!targetSize || settledSize === undefined || targetSize <= settledSize) continue;
      yield {
        field: `${path}.targetSize`,
        message: `${component.name}: grows from ${settledSize} to ${targetSize}, the added pods all run ${desired}`,
        from: [planPlaces(component), contentPlaces(component)],
      };
    }
  },
});
