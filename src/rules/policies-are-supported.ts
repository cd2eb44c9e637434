import { join } from "../model/json.ts";
import { quote } from "../model/shape.ts";
import { policyTypesWithoutEffect } from "../model/vocabulary.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "policies-are-supported",
  codes: ["M09"],
  action: "Deny",
  about: "spec",
  invariant: "Policies are of a type that is admitted here.",
  because: "Ignoring a placement would deploy to the wrong place.",
  reads: [],
  *check({ app }) {
    for (const { type, path } of app.policies) {
      if (policyTypesWithoutEffect.includes(type)) continue;
      yield {
        field: join(path, "type"),
        message: `${quote(type)} is not supported, must be one of ${policyTypesWithoutEffect.map(quote).join(", ")}`,
        from: [join(path, "type")],
      };
    }
  },
});
