import { quote } from "../model/shape.ts";
import { policyTypesWithoutEffect } from "../model/vocabulary.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "policies-have-effect",
  codes: ["M09"],
  action: "Warn",
  about: "spec",
  invariant: "No policy is listed that has no effect here.",
  because: "Its author relies on something that does not happen.",
  reads: [],
  *check({ app }) {
    for (const { name, type, path } of app.policies) {
      if (!policyTypesWithoutEffect.includes(type)) continue;
      yield { field: path, message: `policy ${quote(name || type)} has no effect, ${type} is not acted on here` };
    }
  },
});
