import { hint } from "../model/nearest.ts";
import { shapeOf } from "../model/properties.ts";
import { quote } from "../model/shape.ts";
import { traitTypes } from "../model/vocabulary.ts";
import { rule } from "./rule.ts";

const known = Object.keys(traitTypes);

export default rule({
  id: "trait-type-is-supported",
  codes: ["A07"],
  action: "Deny",
  about: "spec",
  invariant: "The type of a trait is one of the supported traits.",
  because: "There is nothing that could render any other.",
  reads: [],
  *check({ app }) {
    for (const { type, path } of app.components.flatMap((component) => component.traits)) {
      if (shapeOf(traitTypes, type)) continue;
      yield {
        field: `${path}.type`,
        message: `${quote(type)} is not supported, must be one of ${known.join(", ")}${hint(type, known)}`,
        from: [`${path}.type`],
      };
    }
  },
});
