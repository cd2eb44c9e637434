import { canaryComponents, rolloutOf } from "../model/application.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "content-is-new",
  codes: ["R21"],
  action: "Warn",
  foretells: true,
  about: "spec",
  invariant: "Changed content is content that was not there before.",
  because: "Going back to known content is a rollback to its revision.",
  reads: standingReads,
  *check(change, world) {
    for (const component of canaryComponents(change.app)) {
      const { known, current, desired, changes } = standingOf(component, change, world);
      if (rolloutOf(component)?.targetRevision !== undefined || current === undefined || !changes) continue;
      if (!known.includes(desired) || known.indexOf(desired) > known.indexOf(current)) continue;
      yield {
        field: `${component.path}.properties`,
        message: `${component.name}: this content is already known as ${desired}, this is a rollback`,
      };
    }
  },
});
