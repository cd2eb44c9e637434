import { at } from "../model/json.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "application-has-components",
  codes: ["A22"],
  action: "Deny",
  about: "spec",
  invariant: "An Application has at least one component.",
  because: "An empty one deploys nothing and would remove what is there; delete it instead.",
  reads: [],
  *check({ app }) {
    const components = at(app.raw, "spec", "components");
    if (!Array.isArray(components) || components.length > 0) return;
    yield {
      field: "spec.components",
      message: "is empty, at least one is required (to remove all, delete the Application)",
    };
  },
});
