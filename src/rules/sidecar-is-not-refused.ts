import { type Application, traitOf } from "../model/application.ts";
import { at, join, own } from "../model/json.ts";
import { needsMesh } from "../model/mesh.ts";
import { names } from "../model/names.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "sidecar-is-not-refused",
  codes: ["C21"],
  action: "Deny",
  about: "metadata",
  invariant: "An Application with traffic weights does not refuse its sidecars.",
  because: "Weights act in the sidecars of the callers.",
  reads: [],
  *check({ app }) {
    if (!needsMesh(app)) return;
    for (const { path, value } of injectLabels(app)) {
      if (value !== "false") continue;
      yield {
        field: join(path, names.sidecarInject),
        message: 'is "false" while traffic is weighted, "true" or no such label is required',
      };
    }
  },
});

/** Every place where the injection of pods can be switched off. */
function* injectLabels(app: Application) {
  yield { path: "metadata.labels", value: app.labels[names.sidecarInject] };
  for (const component of app.components) {
    yield {
      path: `${component.path}.properties.labels`,
      value: at(component.properties, "labels", names.sidecarInject),
    };
    const trait = traitOf(component, "labels");
    if (trait) yield { path: `${trait.path}.properties`, value: own(trait.properties, names.sidecarInject) };
  }
}
