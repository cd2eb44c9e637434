import { needsMesh } from "../model/mesh.ts";
import { quote } from "../model/shape.ts";
import { sidecarRefusals } from "../model/sidecar.ts";
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
    for (const { field, noun, value } of sidecarRefusals(app))
      yield { field, message: `is ${quote(value)} while traffic is weighted, "true" or no such ${noun} is required` };
  },
});
