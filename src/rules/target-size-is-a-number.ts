import { rolloutMistakes } from "../model/properties.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "target-size-is-a-number",
  codes: ["R01"],
  action: "Deny",
  about: "spec",
  invariant: "The target size of a rollout is an integer of at least 0.",
  because: "Without it no batch can be planned.",
  reads: [],
  *check({ app }) {
    yield* rolloutMistakes(app, "targetSize");
  },
});
