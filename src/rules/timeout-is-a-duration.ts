import { durationFault } from "../model/duration.ts";
import { asText, join, own } from "../model/json.ts";
import { allSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "timeout-is-a-duration",
  codes: ["W04"],
  action: "Deny",
  about: "spec",
  invariant: "The timeout of a step is a positive duration.",
  because: "KubeVela would fail the step only when it runs.",
  reads: [],
  *check({ app }) {
    for (const step of allSteps(app)) {
      const timeout = asText(own(step.raw, "timeout"));
      const message = timeout === undefined ? undefined : durationFault(timeout);
      if (message) yield { field: join(step.path, "timeout"), message };
    }
  },
});
