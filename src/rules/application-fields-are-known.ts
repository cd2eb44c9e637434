import { applicationMistakes } from "../model/application-shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "application-fields-are-known",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "Every key of an Application outside properties is one that its API has.",
  because: "The API server drops unknown keys without a word.",
  reads: [],
  *check({ app }) {
    for (const mistake of applicationMistakes(app)) if (mistake.kind === "unknown") yield mistake;
  },
});
