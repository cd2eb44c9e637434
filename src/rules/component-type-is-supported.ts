import { hint } from "../model/nearest.ts";
import { shapeOf } from "../model/properties.ts";
import { quote } from "../model/shape.ts";
import { componentTypes } from "../model/vocabulary.ts";
import { rule } from "./rule.ts";

const known = Object.keys(componentTypes);

export default rule({
  id: "component-type-is-supported",
  codes: ["A07"],
  action: "Deny",
  about: "spec",
  invariant: "The type of a component is one of the supported types.",
  because: "There is nothing that could render any other.",
  reads: [],
  *check({ app }) {
    for (const { type, path } of app.components) {
      if (shapeOf(componentTypes, type)) continue;
      yield {
        field: `${path}.type`,
        message: `${quote(type)} is not supported, must be one of ${known.join(", ")}${hint(type, known)}`,
        from: [`${path}.type`],
      };
    }
  },
});
