import { parseDuration } from "../model/duration.ts";
import { asText, own } from "../model/json.ts";
import { quote } from "../model/shape.ts";
import { allSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

const mostDays = 30;

export default rule({
  id: "suspend-is-short",
  codes: [],
  action: "Warn",
  about: "spec",
  invariant: "A suspend step waits at most 30 days.",
  because: "Two revisions would serve side by side for all that time, often for want of a smaller unit.",
  reads: [],
  *check({ app }) {
    for (const { type, name, path, properties } of allSteps(app)) {
      const duration = asText(own(properties, "duration")) ?? "";
      const days = (parseDuration(duration) ?? 0) / 86_400;
      if (type !== "suspend" || days <= mostDays) continue;
      yield {
        field: `${path}.properties.duration`,
        message: `${quote(name)} waits ${quote(duration)}, which is ${Math.floor(days)} days`,
      };
    }
  },
});
