import { type Application, type Component, traitOf } from "../model/application.ts";
import { isDnsLabel } from "../model/dns.ts";
import { names } from "../model/names.ts";
import { componentNames } from "../model/places.ts";
import { contentHash, readRevision, revisionNumber } from "../model/revision.ts";
import { quote } from "../model/shape.ts";
import { type KubeObject, labelOf } from "../model/world.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "external-revision-is-free",
  codes: ["A19"],
  action: "Deny",
  about: "spec",
  invariant: "An external revision is a DNS name that is new, or has the same content.",
  because: "The edited content would be ignored silently.",
  reads: ["ControllerRevision"],
  *check({ app }, world) {
    for (const component of app.components) {
      const revision = component.externalRevision;
      if (revision === undefined) continue;
      const existing = traitOf(component, "rollout") && world.get("ControllerRevision", app.namespace, revision);
      const fault = nameFault(app, component, revision) ?? (existing && contentFault(component, existing));
      const from = componentNames(app);
      if (fault) yield { field: `${component.path}.externalRevision`, message: `${quote(revision)} ${fault}`, from };
    }
  },
});

/** Deployments and subsets are named after revisions, so other components' names are taken, also those to come. */
function nameFault(app: Application, component: Component, revision: string): string | undefined {
  if (!isDnsLabel(revision)) return "is no DNS label, at most 63 of a-z, 0-9 and - are required";
  const others = app.components.filter((other) => other.name !== component.name);
  const owner =
    others.find((other) => other.name === revision || other.externalRevision === revision) ??
    others.find((other) => traitOf(other, "rollout") && revisionNumber(other.name, revision) !== undefined);
  return owner && `is a name of component ${quote(owner.name)}, another one is required`;
}

function contentFault(component: Component, existing: KubeObject): string | undefined {
  const owner = labelOf(existing, names.component);
  if (owner === undefined) return "is a ControllerRevision that no component made, another name is required";
  if (owner !== component.name) return `is a revision of component ${quote(owner)}, another name is required`;
  return readRevision(existing).hash === contentHash(component)
    ? undefined
    : "exists with different content, a new name is required";
}
