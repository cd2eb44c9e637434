import { canaryComponents, rolloutOf } from "../model/application.ts";
import { revisionNumber } from "../model/revision.ts";
import { quote } from "../model/shape.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "target-revision-is-of-the-component",
  codes: ["R18"],
  action: "Deny",
  about: "spec",
  invariant: "A pinned target revision is a revision of its own component.",
  because: "Another component's pods would be rolled out.",
  reads: standingReads,
  asWritten: true,
  *check(change, world) {
    for (const component of canaryComponents(change.app)) {
      const { path, targetRevision } = rolloutOf(component) ?? {};
      if (targetRevision === undefined || revisionNumber(component.name, targetRevision) !== undefined) continue;
      const { known, predicted } = standingOf(component, change, world);
      if (targetRevision === predicted || known.includes(targetRevision)) continue;
      yield {
        field: `${path}.targetRevision`,
        message: `${quote(targetRevision)} is not a revision of component ${quote(component.name)}, must be one like ${quote(predicted)}`,
        from: [`${component.path}.name`, `${component.path}.externalRevision`],
      };
    }
  },
});
