import { join } from "../model/json.ts";
import { names } from "../model/names.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "application-is-reconciled",
  codes: ["M04"],
  action: "Warn",
  about: "metadata",
  invariant: "Nothing keeps the controller away from the Application.",
  because: "It would be stored and never acted on.",
  reads: [],
  *check({ app }) {
    const required = app.annotations[names.controllerRequirement];
    if (required !== undefined && required !== names.controller)
      yield {
        field: join("metadata.annotations", names.controllerRequirement),
        message: `controller-version-require is ${quote(required)}, nothing acts unless it is "${names.controller}"`,
      };
    if (app.labels[names.pause] === "true")
      yield {
        field: join("metadata.labels", names.pause),
        message: "it is paused, nothing happens until that label is removed",
      };
  },
});
