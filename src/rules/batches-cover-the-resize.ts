import { canaryComponents, rolloutOf, sum } from "../model/application.ts";
import { contentPlaces, planPlaces } from "../model/places.ts";
import { spelledSum } from "../model/spelled.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "batches-cover-the-resize",
  codes: ["R07"],
  action: "Deny",
  about: "spec",
  invariant: "The batches of a pure scaling add up to the difference, or to the full size.",
  because: "The scaling would end at another size.",
  reads: standingReads,
  *check(change, world) {
    for (const component of canaryComponents(change.app)) {
      const { path, batches, batchesListed, targetSize } = rolloutOf(component) ?? {};
      const { desired, stable, changes, size } = standingOf(component, change, world);
      if (!batches || !batchesListed || !targetSize || !size || changes || desired !== stable) continue;
      const difference = Math.abs(targetSize - size);
      if (difference === 0 || [difference, targetSize].includes(sum(batches))) continue;
      yield {
        field: `${path}.rolloutBatches`,
        message: `batches add up to ${spelledSum(batches)} but scaling from ${size} to ${targetSize} changes ${difference}, must add up to ${difference} or ${targetSize}`,
        from: [planPlaces(component), contentPlaces(component)],
      };
    }
  },
});
