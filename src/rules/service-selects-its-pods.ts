import { canaryComponents, traitOf } from "../model/application.ts";
import { contentOf } from "../model/content.ts";
import { asObject, asText, asTextMap, join, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { traitPlaces } from "../model/places.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "service-selects-its-pods",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "The Service of a canary component selects the component's own pods.",
  because: "A pod without an endpoint is never ready, and the rollout would wait for ever.",
  reads: [],
  *check({ app }) {
    for (const component of canaryComponents(app)) {
      const expose = traitOf(component, "expose");
      const labels: Readonly<Record<string, unknown>> = {
        ...asObject(own(contentOf(component), "labels")),
        [names.app]: app.name,
        [names.component]: component.name,
      };
      for (const [key, value] of Object.entries(asTextMap(own(expose?.properties, "matchLabels")))) {
        if (asText(labels[key]) === value) continue;
        yield {
          field: join(`${expose?.path}.properties.matchLabels`, key),
          message: `selects pods with the label ${quote(`${key}=${value}`)}, which those of ${component.name} do not have`,
          from: traitPlaces(component),
        };
      }
    }
  },
});
