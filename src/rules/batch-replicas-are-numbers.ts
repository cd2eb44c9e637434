import { rolloutMistakes } from "../model/properties.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "batch-replicas-are-numbers",
  codes: ["R03"],
  action: "Deny",
  about: "spec",
  invariant: "Every batch has an integer number of replicas of at least 0.",
  because: "No pods could be counted out for it, and percentages are not supported.",
  reads: [],
  *check({ app }) {
    for (const mistake of rolloutMistakes(app, "rolloutBatches[].replicas")) {
      const { message } = mistake;
      yield { ...mistake, message: message.includes('%"') ? `${message} (percentages are not supported)` : message };
    }
  },
});
