import { routedSteps } from "../model/routed.ts";
import { quote } from "../model/shape.ts";
import { standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "step-routes-stable-and-target",
  codes: ["C06"],
  action: "Deny",
  about: "spec",
  invariant: "A step routes to the stable and the new revision only.",
  because: "No other revision has pods during this rollout.",
  reads: standingReads,
  *check(change, world) {
    for (const { path, targets, standing, namesDesired } of routedSteps(change, world)) {
      const { known, desired, stable = standing.current } = standing;
      if (!namesDesired || desired === standing.stable) continue;
      const allowed = [stable, desired].filter((revision) => revision !== undefined);
      const says = `${allowed.map((revision, i) => `${revision} (${i === 0 && stable !== undefined ? "running" : "new"})`).join(" and ")} take part in this rollout`;
      for (const { path: target, revision } of targets) {
        if (!known.includes(revision) || allowed.includes(revision)) continue;
        yield { field: `${target}.revision`, message: `${quote(revision)} has no pods then, only ${says}` };
      }
      if (
        new Set(targets.map(({ revision }) => revision)).size > 2 &&
        targets.every(({ revision }) => allowed.includes(revision))
      ) {
        yield { field: `${path}.traffic.weightedTargets`, message: `routes to more than two revisions, only ${says}` };
      }
    }
  },
});
