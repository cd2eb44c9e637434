import { quote } from "../model/shape.ts";
import { componentTypes, deploymentTypes, scalingTraits } from "../model/vocabulary.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "scaling-is-for-deployments",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "Only components that run as Deployments have a trait that sets replicas.",
  because: "Jobs have none, and an autoscaler would look for a Deployment that does not exist.",
  reads: [],
  *check({ app }) {
    for (const { traits, type } of app.components) {
      if (deploymentTypes.includes(type) || !Object.hasOwn(componentTypes, type)) continue;
      for (const trait of traits.filter((each) => scalingTraits.includes(each.type)))
        yield {
          field: `${trait.path}.type`,
          message: `a component of type ${quote(type)} has no replicas to set, type ${deploymentTypes.join(" or ")} is required`,
        };
    }
  },
});
