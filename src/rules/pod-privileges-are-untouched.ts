import { asksForPrivilege, propertyMistakes } from "../model/properties.ts";
import { quote } from "../model/shape.ts";
import { componentTypes, stepTypes, traitTypes } from "../model/vocabulary.ts";
import { allSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "pod-privileges-are-untouched",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "No property asks for host access, privileges, a security context or a ServiceAccount.",
  because: "An Application must not give its author more rights than the author has.",
  reads: [],
  *check({ app }) {
    const ofComponents = app.components.map((component) => propertyMistakes(component, componentTypes));
    const ofTraits = app.components.flatMap(({ traits }) => traits.map((trait) => propertyMistakes(trait, traitTypes)));
    const ofSteps = allSteps(app).map((step) => propertyMistakes(step, stepTypes));
    for (const mistakes of [...ofComponents, ...ofTraits, ...ofSteps])
      for (const mistake of mistakes)
        if (asksForPrivilege(mistake))
          yield {
            field: mistake.field,
            message: `${quote(mistake.word ?? "")} is more than a plain pod may have, must be removed`,
          };
  },
});
