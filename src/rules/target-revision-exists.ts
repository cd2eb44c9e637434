import { canaryComponents, rolloutOf } from "../model/application.ts";
import { revisionNumber } from "../model/revision.ts";
import { quote } from "../model/shape.ts";
import { spelledNames } from "../model/spelled.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "target-revision-exists",
  codes: ["R19"],
  action: "Deny",
  about: "spec",
  invariant: "A pinned target revision exists, or is the one that this spec creates.",
  because: "There would be nothing to roll out.",
  reads: standingReads,
  *check(change, world) {
    for (const component of canaryComponents(change.app)) {
      const { path, targetRevision } = rolloutOf(component) ?? {};
      if (targetRevision === undefined || revisionNumber(component.name, targetRevision) === undefined) continue;
      const { known, predicted } = standingOf(component, change, world);
      const possible = [...new Set([...known, predicted])];
      if (possible.includes(targetRevision)) continue;
      const required = possible.length === 1 ? "" : "one of ";
      yield {
        field: `${path}.targetRevision`,
        message: `${quote(targetRevision)} does not exist, ${required}${spelledNames(possible)} is required`,
        from: [`${component.path}.name`, `${component.path}.externalRevision`],
      };
    }
  },
});
