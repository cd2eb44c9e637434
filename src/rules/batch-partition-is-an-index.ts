import { rolloutMistakes } from "../model/properties.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "batch-partition-is-an-index",
  codes: ["R09"],
  action: "Deny",
  about: "spec",
  invariant: "The batch partition of a rollout is an integer of at least 0.",
  because: "It is the index of the last batch that may run.",
  reads: [],
  *check({ app }) {
    yield* rolloutMistakes(app, "batchPartition");
  },
});
