import { otherOwner } from "../model/derived.ts";
import { applicationPlaces } from "../model/places.ts";
import { quote } from "../model/shape.ts";
import { nameOf } from "../model/world.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "component-belongs-to-one-application",
  codes: ["A05"],
  action: "Deny",
  about: "spec",
  invariant: "No other Application of the namespace has a component of the same name.",
  because: "Components of one name share Deployments, Services and revisions.",
  reads: ["Application by component"],
  *check({ app }, world) {
    for (const component of app.components) {
      const { name, path } = component;
      const owner = otherOwner(app, component, world);
      if (owner)
        yield {
          field: `${path}.name`,
          message: `${quote(name)} already belongs to Application ${quote(nameOf(owner))}, a name of its own in the namespace is required`,
          from: applicationPlaces,
        };
    }
  },
});
