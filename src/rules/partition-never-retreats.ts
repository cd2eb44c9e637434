import { canaryComponents, rolloutOf } from "../model/application.ts";
import { canaryBefore } from "../model/change.ts";
import { contentPlaces } from "../model/places.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "partition-never-retreats",
  codes: ["R12"],
  action: "Deny",
  about: "spec",
  invariant: "The batch partition is not lowered below a batch that already ran.",
  because: "Batches do not run backwards; roll back instead.",
  reads: standingReads,
  *check(change, world) {
    for (const component of canaryComponents(change.app)) {
      const { path, batchPartition } = rolloutOf(component) ?? {};
      const { rolling, changes, batch } = standingOf(component, change, world);
      const before = canaryBefore(change, component.name);
      if (batchPartition === undefined || !before || !rolling || changes || batchPartition >= batch) continue;
      if (batchPartition >= (rolloutOf(before)?.batchPartition ?? Number.POSITIVE_INFINITY)) continue;
      yield {
        field: `${path}.batchPartition`,
        message: `is ${batchPartition} but batch ${batch} already ran, at least ${batch} is required`,
        from: contentPlaces(component),
      };
    }
  },
});
