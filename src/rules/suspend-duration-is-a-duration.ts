import { durationFault } from "../model/duration.ts";
import { asText, own } from "../model/json.ts";
import { allSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "suspend-duration-is-a-duration",
  codes: ["W05"],
  action: "Deny",
  about: "spec",
  invariant: "The duration of a suspend step is a positive duration.",
  because: "KubeVela would fail the step only when it runs.",
  reads: [],
  *check({ app }) {
    for (const step of allSteps(app).filter(({ type }) => type === "suspend")) {
      const value = own(step.properties, "duration");
      if (value === undefined) continue;
      const duration = asText(value);
      const fault = durationFault(duration ?? "");
      const message = duration === undefined ? "is no string, a duration such as 5m is required" : fault;
      if (message) yield { field: `${step.path}.properties.duration`, message };
    }
  },
});
