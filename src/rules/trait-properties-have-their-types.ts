import { isInside, propertyMistakes } from "../model/properties.ts";
import { traitTypes } from "../model/vocabulary.ts";
import { rule } from "./rule.ts";

/** Members of traits of which a rule of their own says what is wrong, also with their types. */
const elsewhere: ReadonlyMap<string, readonly string[]> = new Map([
  ["rollout", ["targetSize", "rolloutBatches[].replicas", "batchPartition"]],
]);

export default rule({
  id: "trait-properties-have-their-types",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "Required properties of a trait are present, and all have the type that the trait declares.",
  because: "The trait could not be rendered.",
  reads: [],
  *check({ app }) {
    for (const trait of app.components.flatMap((component) => component.traits))
      for (const mistake of propertyMistakes(trait, traitTypes))
        if (mistake.kind !== "unknown" && !isInside(mistake.field, trait, elsewhere.get(trait.type))) yield mistake;
  },
});
