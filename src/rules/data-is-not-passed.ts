import { join, own } from "../model/json.ts";
import { allSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "data-is-not-passed",
  codes: ["W11"],
  action: "Deny",
  about: "spec",
  invariant: "Neither components nor steps pass data to each other.",
  because: "Inputs and outputs are expressions that nothing here evaluates.",
  reads: [],
  *check({ app }) {
    for (const { raw, path } of [...app.components, ...allSteps(app)]) {
      for (const key of ["inputs", "outputs"]) {
        const passed = own(raw, key) ?? [];
        if (Array.isArray(passed) && passed.length === 0) continue;
        yield { field: join(path, key), message: "nothing here evaluates it, must be a fixed value in properties" };
      }
    }
  },
});
