import { canaryComponents } from "../model/application.ts";
import { revisionNumber } from "../model/revision.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "component-name-is-no-revision-name",
  codes: ["A04"],
  action: "Deny",
  about: "spec",
  invariant: "No component is named like a revision of a canary component.",
  because: "Its Deployment would collide with the Deployment of that revision.",
  reads: [],
  *check({ app }) {
    const canaries = canaryComponents(app);
    for (const { name, path } of app.components) {
      const owner = canaries.find((canary) => revisionNumber(canary.name, name) !== undefined);
      if (owner)
        yield {
          field: `${path}.name`,
          message: `${quote(name)} is the name of a revision of component ${quote(owner.name)}, a different one is required`,
        };
    }
  },
});
