import { takesEffect } from "../model/change.ts";
import { contentHash } from "../model/revision.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "task-is-unchanged",
  codes: [],
  action: "Warn",
  foretells: true,
  about: "spec",
  invariant: "A changed task is announced.",
  because: "Its Job is deleted and made anew.",
  reads: [],
  *check(change) {
    if (!change.before || !takesEffect(change)) return;
    const tasks = new Map(change.before.components.map((component) => [component.name, component]));
    for (const component of change.app.components.filter(({ type }) => type === "task")) {
      const before = tasks.get(component.name);
      if (before?.type !== "task" || contentHash(before) === contentHash(component)) continue;
      yield { field: component.path, message: `${component.name}: the task changed, its Job is deleted and made anew` };
    }
  },
});
