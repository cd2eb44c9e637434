import { asksForPrivilege, propertyMistakes } from "../model/properties.ts";
import { type Mistake, quote } from "../model/shape.ts";
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
        if (mistake.kind !== "unknown" && !asksForPrivilege(mistake)) yield { ...mistake, message: withWord(mistake) };
  },
});

/** An unknown property is only warned about, so what it was meant for is told where that is missing. */
const withWord = ({ kind, message, word }: Mistake): string =>
  kind === "missing" && word !== undefined ? `${message} (did you mean it by ${quote(word)}?)` : message;
