import { shapeOf } from "../model/properties.ts";
import { quote } from "../model/shape.ts";
import { componentTypes } from "../model/vocabulary.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "component-type-is-fixed",
  codes: ["A21"],
  action: "Deny",
  about: "spec",
  invariant: "The type of a component never changes.",
  because: "The old workload would be orphaned.",
  reads: [],
  *check({ app, before }) {
    const types = new Map(before?.components.map(({ name, type }) => [name, type]));
    for (const { name, type, path } of app.components) {
      const old = types.get(name);
      if (old === undefined || old === type || !shapeOf(componentTypes, type)) continue;
      yield {
        field: `${path}.type`,
        message: `${quote(type)} was ${quote(old)} before, the component must be removed by an apply of its own first`,
      };
    }
  },
});
