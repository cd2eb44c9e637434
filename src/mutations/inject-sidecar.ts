import { namespaceInjects, needsMesh } from "../model/mesh.ts";
import { names } from "../model/names.ts";
import { mutation } from "./mutation.ts";

export default mutation({
  id: "inject-sidecar",
  because: "Traffic weights act in the sidecars of the callers, so without injection they have no effect.",
  reads: ["Namespace"],
  *additions(app, world) {
    if (!needsMesh(app) || namespaceInjects(world.get("Namespace", "", app.namespace))) return;
    yield { path: ["metadata", "labels", names.sidecarInject], value: "true" };
  },
});
