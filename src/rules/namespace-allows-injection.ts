import { namespaceForbidsInjection, namespaceInjects, needsMesh } from "../model/mesh.ts";
import { names } from "../model/names.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "namespace-allows-injection",
  codes: ["C21"],
  action: "Warn",
  about: "spec",
  invariant: "Pods of an Application with traffic weights get sidecars in its namespace.",
  because: "Weights act in the sidecars of the callers.",
  reads: ["Namespace"],
  *check({ app }, world) {
    const namespace = world.get("Namespace", "", app.namespace);
    if (!needsMesh(app) || !namespace) return;
    const field = "metadata.namespace";
    if (namespaceForbidsInjection(namespace))
      yield { field, message: `${app.namespace} has istio-injection: disabled, so weights have no effect` };
    else if (app.labels[names.sidecarInject] === "" && !namespaceInjects(namespace))
      yield {
        field,
        message: `${app.namespace} does not inject sidecars and the label is empty, weights have no effect`,
      };
  },
});
