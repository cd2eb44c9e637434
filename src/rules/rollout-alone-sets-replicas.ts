import { canaryComponents } from "../model/application.ts";
import { quote } from "../model/shape.ts";
import { scalingTraits } from "../model/vocabulary.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "rollout-alone-sets-replicas",
  codes: ["T04"],
  action: "Deny",
  about: "spec",
  invariant: "A canary component has no other trait that sets replicas.",
  because: "Two controllers of one number undo each other's work.",
  reads: [],
  *check({ app }) {
    for (const { traits } of canaryComponents(app))
      for (const { path, type } of traits.filter((trait) => scalingTraits.includes(trait.type)))
        yield {
          field: `${path}.type`,
          message: `${quote(type)} sets replicas too, must be removed since targetSize of the rollout sets them`,
        };
  },
});
