import { canaryComponents } from "../model/application.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "previous-apply-is-recorded",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "The revision of the previous apply exists before the next one needs it.",
  because: "Which number the new revision gets could not be told.",
  reads: standingReads,
  *check(change, world) {
    for (const component of canaryComponents(change.app)) {
      if (standingOf(component, change, world).recorded) continue;
      yield {
        field: component.path,
        message: "the previous apply is not recorded yet; apply again in a moment",
      };
    }
  },
});
