import { namespaceForbidsInjection, needsMesh } from "../model/mesh.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "namespace-allows-injection",
  codes: ["C21"],
  action: "Warn",
  about: "spec",
  invariant: "The namespace of an Application with traffic weights does not forbid sidecars.",
  because: "Weights act in the sidecars of the callers.",
  reads: ["Namespace"],
  *check({ app }, world) {
    if (!needsMesh(app) || !namespaceForbidsInjection(world.get("Namespace", "", app.namespace))) return;
    yield {
      field: "metadata.namespace",
      message: `${app.namespace} has istio-injection: disabled, so weights have no effect`,
    };
  },
});
