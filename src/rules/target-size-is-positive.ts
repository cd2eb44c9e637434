import { canaryComponents, rolloutOf } from "../model/application.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "target-size-is-positive",
  codes: ["R02"],
  action: "Deny",
  about: "spec",
  invariant: "The target size of a rollout is not 0.",
  because: "Nothing can be rolled out to no pods.",
  reads: [],
  *check({ app }) {
    for (const component of canaryComponents(app)) {
      const { path, targetSize } = rolloutOf(component) ?? {};
      if (targetSize === 0)
        yield { field: `${path}.targetSize`, message: "is 0, a canary component needs at least 1 replica" };
    }
  },
});
