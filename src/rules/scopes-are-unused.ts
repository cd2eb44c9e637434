import { asObject, own } from "../model/json.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "scopes-are-unused",
  codes: ["A23"],
  action: "Warn",
  about: "spec",
  invariant: "No component uses scopes.",
  because: "KubeVela removed them; they have no effect.",
  reads: [],
  *check({ app }) {
    for (const { raw, path, name } of app.components) {
      if (Object.keys(asObject(own(raw, "scopes"))).length === 0) continue;
      yield { field: `${path}.scopes`, message: `${name}: scopes have no effect any more, must be removed` };
    }
  },
});
