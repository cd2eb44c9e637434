import { join } from "../model/json.ts";
import { names } from "../model/names.ts";
import { rule } from "./rule.ts";

/** The webhook that every installation of vela-core registers (kubevela/kubevela: charts/vela-core). */
const velaWebhook = "validating.core.oam.dev.v1beta1.applications";

export default rule({
  id: "one-controller-acts",
  codes: ["M13"],
  action: "Warn",
  about: "metadata",
  invariant: "KubeVela's own controller does not manage the same Applications.",
  because: "Two controllers would undo each other's work.",
  reads: ["Deployment", "ValidatingWebhookConfiguration by webhook"],
  *check({ app }, world) {
    if (app.annotations[names.controllerRequirement] !== undefined) return;
    const webhooks = world.find("ValidatingWebhookConfiguration by webhook", velaWebhook);
    if (webhooks.length === 0 && !world.get("Deployment", "vela-system", "kubevela-vela-core")) return;
    yield {
      field: join("metadata.annotations", names.controllerRequirement),
      message: `vela-core runs here too, annotate ${names.controllerRequirement}: ${names.controller}`,
    };
  },
});
