import { type Component, traitOf } from "../model/application.ts";
import { names } from "../model/names.ts";
import { contentHash, readRevision } from "../model/revision.ts";
import { quote } from "../model/shape.ts";
import { type KubeObject, labelOf } from "../model/world.ts";
import { nameFault } from "./external-revision-is-a-name.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "external-revision-is-free",
  codes: ["A19"],
  action: "Deny",
  about: "spec",
  invariant: "An external revision is new, or has the same content.",
  because: "The edited content would be ignored silently.",
  reads: ["ControllerRevision"],
  *check({ app }, world) {
    for (const component of app.components) {
      const revision = component.externalRevision;
      if (revision === undefined) continue;
      if (nameFault(app, component, revision) !== undefined) continue;
      const existing = traitOf(component, "rollout") && world.get("ControllerRevision", app.namespace, revision);
      const fault = existing && contentFault(component, existing);
      if (fault) yield { field: `${component.path}.externalRevision`, message: `${quote(revision)} ${fault}` };
    }
  },
});

function contentFault(component: Component, existing: KubeObject): string | undefined {
  const owner = labelOf(existing, names.component);
  if (owner === undefined) return "is a ControllerRevision that no component made, another name is required";
  if (owner !== component.name) return `is a revision of component ${quote(owner)}, another name is required`;
  return readRevision(existing).hash === contentHash(component)
    ? undefined
    : "exists with different content, a new name is required";
}
