import { canaryComponents } from "../model/application.ts";
import { componentNames } from "../model/places.ts";
import { quote } from "../model/shape.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "component-stays-while-rolling",
  codes: ["M11"],
  action: "Deny",
  about: "spec",
  invariant: "A canary component is not removed while its rollout is in progress.",
  because: "Its pods would vanish in mid-traffic.",
  reads: standingReads,
  *check(change, world) {
    const kept = new Set(change.app.components.map((component) => component.name));
    const removed = change.before ? canaryComponents(change.before).filter(({ name }) => !kept.has(name)) : [];
    for (const component of removed) {
      const { replacing, stable, current } = standingOf(component, change, world);
      if (!replacing) continue;
      yield {
        field: "spec.components",
        message: `${quote(component.name)} is removed while ${stable} is replaced by ${current}, finish the rollout or roll it back first`,
        from: componentNames(change.app),
      };
    }
  },
});
