import { revisionPlaces } from "../model/places.ts";
import { routedSteps } from "../model/routed.ts";
import { quote } from "../model/shape.ts";
import { exists, type Standing, servingOf, standingReads } from "../model/standing.ts";
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
    for (const { targets, component, standing, hasCourse } of routedSteps(change, world)) {
      const { desired, stable } = standing;
      if (!hasCourse || desired === stable) continue;
      for (const { path, revision } of targets) {
        if (!exists(standing, revision) || revision === desired || revision === servingOf(standing)) continue;
        const message = `${quote(revision)} has no pods then, ${takingPart(standing)}`;
        yield { field: `${path}.revision`, message, from: revisionPlaces(component) };
      }
    }
  },
});

function takingPart(standing: Standing): string {
  const serving = servingOf(standing);
  return serving === undefined || serving === standing.desired
    ? `only ${standing.desired} takes part in this rollout`
    : `only ${serving} (running) and ${standing.desired} (new) take part in this rollout`;
}
