import { type Application, canaryComponents, traitOf } from "../model/application.ts";
import { servicePorts } from "../model/service-ports.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "istio-is-installed",
  codes: ["C22"],
  action: "Deny",
  about: "spec",
  invariant: "Where the Application needs Istio, its resources are installed.",
  because: "The routes could not be written.",
  reads: ["CustomResourceDefinition"],
  *check({ app }, world) {
    for (const { path, plurals } of needs(app)) {
      const missing = plurals
        .map((plural) => `${plural}.networking.istio.io`)
        .filter((name) => !world.get("CustomResourceDefinition", "", name));
      if (missing.length === 0) continue;
      yield {
        field: path,
        message: `needs ${missing.join(", ")}, which the cluster does not have, Istio must be installed`,
      };
    }
  },
});

/** What of Istio each trait stands for. */
function* needs(app: Application) {
  for (const component of canaryComponents(app)) {
    const trait = traitOf(component, "rollout");
    if (trait && servicePorts(component).length > 0)
      yield { path: trait.path, plurals: ["virtualservices", "destinationrules"] };
  }
  for (const component of app.components) {
    const trait = traitOf(component, "istio-gateway");
    if (trait) yield { path: trait.path, plurals: ["gateways", "virtualservices"] };
  }
}
