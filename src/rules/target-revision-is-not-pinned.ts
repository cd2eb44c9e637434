import { canaryComponents, rolloutOf } from "../model/application.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "target-revision-is-not-pinned",
  codes: ["R20"],
  action: "Warn",
  about: "spec",
  invariant: "No older revision is pinned.",
  because: "The properties in the spec are not rolled out while it is.",
  reads: standingReads,
  *check(change, world) {
    for (const component of canaryComponents(change.app)) {
      const { path, targetRevision } = rolloutOf(component) ?? {};
      const { known, predicted } = standingOf(component, change, world);
      if (targetRevision === undefined || targetRevision === predicted || !known.includes(targetRevision)) continue;
      yield {
        field: `${path}.targetRevision`,
        message: `${component.name}: pinned to ${targetRevision}, this spec (${predicted}) is not rolled out`,
      };
    }
  },
});
