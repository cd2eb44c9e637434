import { asksForPrivilege, propertyMistakes } from "../model/properties.ts";
import { stepTypes, traitTypes } from "../model/vocabulary.ts";
import { allSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "properties-are-in-the-vocabulary",
  codes: ["A10"],
  action: "Deny",
  about: "spec",
  invariant: "Every property of a trait or workflow step is one that its type has.",
  because: 'A typing error there can mean "roll out everything at once".',
  reads: [],
  *check({ app }) {
    const ofTraits = app.components.flatMap(({ traits }) => traits.map((trait) => propertyMistakes(trait, traitTypes)));
    const ofSteps = allSteps(app).map((step) => propertyMistakes(step, stepTypes));
    for (const mistakes of [...ofTraits, ...ofSteps])
      for (const mistake of mistakes) if (mistake.kind === "unknown" && !asksForPrivilege(mistake)) yield mistake;
  },
});
