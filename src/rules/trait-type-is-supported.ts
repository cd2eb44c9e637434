import { notSupported, shapeOf } from "../model/properties.ts";
import { traitTypes } from "../model/vocabulary.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "trait-type-is-supported",
  codes: ["A07"],
  action: "Deny",
  about: "spec",
  invariant: "The type of a trait is one of the supported traits.",
  because: "There is nothing that could render any other.",
  reads: [],
  *check({ app }) {
    const mistake = notSupported(traitTypes);
    for (const { type, path } of app.components.flatMap((component) => component.traits)) {
      if (shapeOf(traitTypes, type)) continue;
      yield { field: `${path}.type`, message: mistake(type), from: [`${path}.type`] };
    }
  },
});
