import { join } from "../model/json.ts";
import { quote } from "../model/shape.ts";
import { allSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "step-name-is-an-argument",
  codes: ["W02"],
  action: "Warn",
  about: "spec",
  invariant: "The name of a step is a short DNS-like word.",
  because: "It is typed as an argument of commands.",
  reads: [],
  *check({ app }) {
    for (const { name, path } of allSteps(app)) {
      const field = join(path, "name");
      if (name.length > 63) {
        const start = `${name.slice(0, 20)}…`;
        yield { field, message: `step ${quote(start)}: name has ${name.length} characters, at most 63 fit a command` };
      } else if (!/^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/.test(name)) {
        yield { field, message: `step ${quote(name)}: name is no plain word, use a-z, 0-9 and inner "-" or "."` };
      }
    }
  },
});
