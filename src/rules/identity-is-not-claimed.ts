import { join } from "../model/json.ts";
import { names } from "../model/names.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "identity-is-not-claimed",
  codes: ["M06"],
  action: "Deny",
  about: "metadata",
  invariant: "No annotation claims an identity to act as.",
  because: "Whoever writes it would act with somebody else's rights.",
  reads: [],
  *check({ app }) {
    for (const key of names.identities) {
      if (app.annotations[key] === undefined) continue;
      yield { field: join("metadata.annotations", key), message: "claims somebody's identity, must be removed" };
    }
  },
});
