import { namespaceInjects, needsMesh } from "../model/mesh.ts";
import { names } from "../model/names.ts";
import { sidecarRefusals } from "../model/sidecar.ts";
import { mutation } from "./mutation.ts";

export default mutation({
  id: "inject-sidecar",
  because: "Traffic weights act in the sidecars of the callers, so without injection they have no effect.",
  reads: ["Namespace"],
  *additions(app, world) {
    if (!needsMesh(app) || namespaceInjects(world.get("Namespace", "", app.namespace))) return;
    // The label would win over an annotation that refuses; what the user wants is for a rule to judge.
    if (sidecarRefusals(app).length > 0) return;
    yield { path: ["metadata", "labels", names.sidecarInject], value: "true" };
  },
});
