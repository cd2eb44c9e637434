import { parseDuration } from "../model/duration.ts";
import { join } from "../model/json.ts";
import { names } from "../model/names.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "reconcile-interval-is-a-duration",
  codes: ["M08"],
  action: "Warn",
  about: "metadata",
  invariant: "A reconcile-interval annotation is a duration of at least 10s.",
  because: "Anything else is ignored silently.",
  reads: [],
  *check({ app }) {
    const value = app.annotations[names.reconcileInterval];
    if (value === undefined || (parseDuration(value) ?? 0) >= 10) return;
    yield {
      field: join("metadata.annotations", names.reconcileInterval),
      message: `reconcile-interval ${quote(value)} is ignored, use at least 10s`,
    };
  },
});
