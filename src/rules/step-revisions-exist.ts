import { routedSteps } from "../model/routed.ts";
import { quote } from "../model/shape.ts";
import { standingReads } from "../model/standing.ts";
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
      const { known, predicted } = standing;
      for (const { path, revision } of targets) {
        if (known.includes(revision) || revision === predicted) continue;
        const way =
          known.length === 0
            ? `the first deployment can only create "${predicted}", apply ${component.name} without its canary workflow first`
            : known.includes(predicted)
              ? `this spec is ${predicted}; known are ${known.join(", ")}`
              : `this spec will create ${predicted}; known are ${known.join(", ")}`;
        yield { field: `${path}.revision`, message: `revision ${quote(revision)} does not exist, ${way}` };
      }
    }
  },
});
