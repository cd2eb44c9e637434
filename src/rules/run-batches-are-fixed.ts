import { canaryComponents, rolloutOf } from "../model/application.ts";
import { canaryBefore } from "../model/change.ts";
import { contentPlaces } from "../model/places.ts";
import { spelledTerms } from "../model/spelled.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "run-batches-are-fixed",
  codes: ["R13"],
  action: "Deny",
  about: "spec",
  invariant: "Batches that already ran do not change.",
  because: "The plan would no longer fit the pods.",
  reads: standingReads,
  *check(change, world) {
    for (const component of canaryComponents(change.app)) {
      const { replacing, changes, batch } = standingOf(component, change, world);
      const before = canaryBefore(change, component.name);
      const rollout = rolloutOf(component);
      const old = before && rolloutOf(before);
      if (!replacing || changes || !rollout?.batches || !old?.batches) continue;
      // Where no batches are listed there is one of the whole size, and the size has its own rule.
      if (!rollout.batchesListed && !old.batchesListed) continue;
      const ran = old.batches.slice(0, batch + 1);
      if (ran.every((replicas, i) => rollout.batches?.[i] === replicas)) continue;
      const which = ran.length === 1 ? "batch 0" : `batches 0..${ran.length - 1}`;
      yield {
        field: `${rollout.path}.rolloutBatches`,
        message: `begin with ${spelledTerms(rollout.batches.slice(0, ran.length))} but ${which} already ran with ${spelledTerms(ran)}, must begin with what ran`,
        from: [`${rollout.path}.rolloutBatches`, contentPlaces(component)],
      };
    }
  },
});
