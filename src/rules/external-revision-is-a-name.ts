import { type Application, type Component, traitOf } from "../model/application.ts";
import { isDnsLabel } from "../model/dns.ts";
import { componentNames } from "../model/places.ts";
import { revisionNumber } from "../model/revision.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "external-revision-is-a-name",
  codes: ["A19"],
  action: "Deny",
  about: "spec",
  invariant: "An external revision is a DNS label that is no name of another component.",
  because: "Deployments and subsets are named after revisions.",
  reads: [],
  *check({ app }) {
    for (const component of app.components) {
      const revision = component.externalRevision;
      if (revision === undefined) continue;
      const fault = nameFault(app, component, revision);
      const from = componentNames(app);
      if (fault) yield { field: `${component.path}.externalRevision`, message: `${quote(revision)} ${fault}`, from };
    }
  },
});

/** Other components' names are taken, also those of revisions to come. */
export function nameFault(app: Application, component: Component, revision: string): string | undefined {
  if (!isDnsLabel(revision)) return "is no DNS label, at most 63 of a-z, 0-9 and - are required";
  const others = app.components.filter((other) => other.name !== component.name);
  const owner =
    others.find((other) => other.name === revision || other.externalRevision === revision) ??
    others.find((other) => traitOf(other, "rollout") && revisionNumber(other.name, revision) !== undefined);
  return owner && `is a name of component ${quote(owner.name)}, another one is required`;
}
