import { asksForPrivilege, propertyMistakes } from "../model/properties.ts";
import { quote } from "../model/shape.ts";
import { componentTypes } from "../model/vocabulary.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "component-properties-are-known",
  codes: ["A09"],
  action: "Warn",
  about: "spec",
  invariant: "Every property of a component is one that its type has.",
  because: "An unknown property is ignored, which hides typing errors.",
  reads: [],
  *check({ app }) {
    for (const component of app.components)
      for (const mistake of propertyMistakes(component, componentTypes)) {
        if (mistake.kind !== "unknown" || asksForPrivilege(mistake)) continue;
        const hint = mistake.near === undefined ? "" : `, did you mean "${mistake.near}"?`;
        yield {
          field: mistake.field,
          message: `${component.name}: unknown property ${quote(mistake.word ?? "")} is ignored${hint}`,
        };
      }
  },
});
