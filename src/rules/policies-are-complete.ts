import { join, own } from "../model/json.ts";
import { repeats } from "../model/repeats.ts";
import { quote } from "../model/shape.ts";
import { policyTypesWithoutEffect } from "../model/vocabulary.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "policies-are-complete",
  codes: ["M10"],
  action: "Deny",
  about: "spec",
  invariant: "Every policy has properties and a name of its own.",
  because: "KubeVela refuses it.",
  reads: [],
  *check({ app }) {
    for (const policy of app.policies) {
      if (!policyTypesWithoutEffect.includes(policy.type) || (own(policy.raw, "properties") ?? undefined) !== undefined)
        continue;
      const field = join(policy.path, "properties");
      yield { field, message: "is missing, an object is required", from: [field] };
    }
    for (const [policy, first] of repeats(app.policies, ({ name }) => name || undefined)) {
      yield {
        field: join(policy.path, "name"),
        message: `${quote(policy.name)} is also the name of ${first.path}, every policy must have its own`,
      };
    }
  },
});
