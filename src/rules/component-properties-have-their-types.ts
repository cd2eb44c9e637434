import { asksForPrivilege, propertyMistakes } from "../model/properties.ts";
import { componentTypes } from "../model/vocabulary.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "component-properties-have-their-types",
  codes: ["A08"],
  action: "Deny",
  about: "spec",
  invariant: "Required properties of a component are present, and all have the type that the component declares.",
  because: "The workload could not be rendered.",
  reads: [],
  *check({ app }) {
    for (const component of app.components)
      for (const mistake of propertyMistakes(component, componentTypes))
        if (mistake.kind !== "unknown" && !asksForPrivilege(mistake)) yield mistake;
  },
});
