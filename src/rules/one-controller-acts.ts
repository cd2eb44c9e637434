import { join } from "../model/json.ts";
import { names } from "../model/names.ts";
import { velaCoreRuns } from "../model/vela-core.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "one-controller-acts",
  codes: ["M13"],
  action: "Warn",
  about: "metadata",
  invariant: "KubeVela's own controller does not manage the same Applications.",
  because:
    "Two controllers would undo each other's work, so Rollguard leaves alone what is not annotated to be its own.",
  reads: ["Deployment", "ValidatingWebhookConfiguration by webhook"],
  *check({ app }, world) {
    if (app.annotations[names.controllerRequirement] !== undefined) return;
    if (!velaCoreRuns(world)) return;
    yield {
      field: join("metadata.annotations", names.controllerRequirement),
      message: `vela-core runs here, Rollguard acts only with ${names.controllerRequirement}: ${names.controller}`,
    };
  },
});
