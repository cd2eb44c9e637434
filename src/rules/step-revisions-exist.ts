import { revisionPlaces } from "../model/places.ts";
import { routedSteps } from "../model/routed.ts";
import { quote } from "../model/shape.ts";
import { spelledList } from "../model/spelled.ts";
import { exists, type Standing, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "step-revisions-exist",
  codes: ["C07"],
  action: "Deny",
  about: "spec",
  invariant: "Every revision of a step exists, or is the one that this spec creates.",
  because: "Its share of the requests would fail.",
  reads: standingReads,
  *check(change, world) {
    for (const { targets, component, standing } of routedSteps(change, world)) {
      for (const { path, revision } of targets) {
        if (exists(standing, revision)) continue;
        yield {
          field: `${path}.revision`,
          message: `revision ${quote(revision)} does not exist, ${wayOut(component.name, standing)}`,
          from: revisionPlaces(component),
        };
      }
    }
  },
});

function wayOut(component: string, { known, predicted }: Standing): string {
  if (known.length === 0)
    return `the first deployment can only create ${quote(predicted)}, apply ${component} without its canary workflow first`;
  const creates = known.includes(predicted) ? `this spec is ${predicted}` : `this spec will create ${predicted}`;
  return `${creates}; known are ${spelledList(known)}`;
}
