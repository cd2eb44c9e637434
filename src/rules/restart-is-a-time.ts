import { parseDuration } from "../model/duration.ts";
import { join } from "../model/json.ts";
import { names } from "../model/names.ts";
import { quote } from "../model/shape.ts";
import { parseTime } from "../model/time.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "restart-is-a-time",
  codes: ["M07"],
  action: "Deny",
  about: "metadata",
  invariant: "A restart-workflow annotation is true, an RFC 3339 time or a duration.",
  because: "Anything else is ignored silently.",
  reads: [],
  *check({ app }) {
    const value = app.annotations[names.restartWorkflow];
    if (value === undefined || value === "true" || parseTime(value) !== undefined) return;
    if ((parseDuration(value) ?? 0) > 0) return;
    yield {
      field: join("metadata.annotations", names.restartWorkflow),
      message: `${quote(value)} says no time, must be "true", an RFC 3339 time or a positive duration such as 24h`,
    };
  },
});
