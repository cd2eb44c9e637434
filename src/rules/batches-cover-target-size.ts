import { canaryComponents, rolloutOf, sum } from "../model/application.ts";
import { contentPlaces, planPlaces } from "../model/places.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "batches-cover-target-size",
  codes: ["R06", "R08"],
  action: "Deny",
  about: "spec",
  invariant: "The batches of a rollout to another revision add up to the target size.",
  because: "The rollout would end too early or could not end.",
  reads: standingReads,
  *check(change, world) {
    for (const component of canaryComponents(change.app)) {
      const { path, batches, targetSize } = rolloutOf(component) ?? {};
      const { desired, stable } = standingOf(component, change, world);
      if (!batches || !targetSize || desired === stable || sum(batches) === targetSize) continue;
      yield {
        field: `${path}.rolloutBatches`,
        message: `batches add up to ${sum(batches)} (${batches.join("+")}) but targetSize is ${targetSize}, rolling ${stable ?? "nothing"} to ${desired} needs batches that add up to ${targetSize}`,
        from: [planPlaces(component), contentPlaces(component)],
      };
    }
  },
});
