import { canaryComponents } from "../model/application.ts";
import { quote } from "../model/shape.ts";
import { componentTypes, deploymentTypes } from "../model/vocabulary.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "rollout-is-for-deployments",
  codes: ["T05"],
  action: "Deny",
  about: "spec",
  invariant: "Only components that run as Deployments have a rollout trait.",
  because: "Batches are moved by scaling Deployments.",
  reads: [],
  *check({ app }) {
    for (const { traits, type } of canaryComponents(app)) {
      if (deploymentTypes.includes(type) || !Object.hasOwn(componentTypes, type)) continue;
      for (const { path } of traits.filter((trait) => trait.type === "rollout"))
        yield {
          field: `${path}.type`,
          message: `a component of type ${quote(type)} has no Deployment to roll out, type ${deploymentTypes.join(" or ")} is required`,
        };
    }
  },
});
