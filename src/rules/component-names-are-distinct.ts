import { repeats } from "../model/repeats.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "component-names-are-distinct",
  codes: ["A03"],
  action: "Deny",
  about: "spec",
  invariant: "Every component has a name of its own.",
  because: "Two components of one name would overwrite each other's objects.",
  reads: [],
  *check({ app }) {
    for (const [component, first] of repeats(app.components, ({ name }) => name || undefined))
      yield {
        field: `${component.path}.name`,
        message: `${quote(component.name)} is also the name of ${first.path}, every component must have its own`,
      };
  },
});
