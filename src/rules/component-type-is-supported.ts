import { notSupported, shapeOf } from "../model/properties.ts";
import { componentTypes } from "../model/vocabulary.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "component-type-is-supported",
  codes: ["A07"],
  action: "Deny",
  about: "spec",
  invariant: "The type of a component is one of the supported types.",
  because: "There is nothing that could render any other.",
  reads: [],
  *check({ app }) {
    const mistake = notSupported(componentTypes);
    for (const { type, path } of app.components) {
      if (shapeOf(componentTypes, type)) continue;
      yield { field: `${path}.type`, message: mistake(type), from: [`${path}.type`] };
    }
  },
});
