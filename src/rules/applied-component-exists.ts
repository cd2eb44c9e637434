import { asList, asText, at, own } from "../model/json.ts";
import { componentNames } from "../model/places.ts";
import { quote } from "../model/shape.ts";
import { allSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "applied-component-exists",
  codes: ["W13"],
  action: "Deny",
  about: "spec",
  invariant: "An apply-component step names a component of the Application.",
  because: "The step would fail when it runs.",
  reads: [],
  *check({ app }) {
    const components = asList(at(app.raw, "spec", "components"));
    const known = components.flatMap((component) => asText(own(component, "name")) ?? []);
    if (known.length === 0) return;
    const more = known.length > 10 ? ` and ${known.length - 10} more` : "";
    for (const step of allSteps(app).filter(({ type }) => type === "apply-component")) {
      const name = asText(own(step.properties, "component"));
      if (name === undefined || known.includes(name)) continue;
      yield {
        field: `${step.path}.properties.component`,
        message: `no component is called ${quote(name)}, must be one of ${known.slice(0, 10).map(quote).join(", ")}${more}`,
        from: componentNames(app),
      };
    }
  },
});
