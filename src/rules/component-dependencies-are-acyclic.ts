import type { Application } from "../model/application.ts";
import { circles } from "../model/circles.ts";
import { asList, asText, at, own } from "../model/json.ts";
import { componentNames } from "../model/places.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "component-dependencies-are-acyclic",
  codes: ["A18"],
  action: "Deny",
  about: "spec",
  invariant: "Components depend on existing components, without circles.",
  because: "The deployment would wait for ever.",
  reads: [],
  *check({ app }) {
    // A malformed component still has its name: what is wrong with it is said elsewhere.
    const components = new Set(asList(at(app.raw, "spec", "components")).map((raw) => asText(own(raw, "name"))));
    const entries = dependencies(app);
    for (const { path, name } of entries)
      if (name === "" || !components.has(name))
        yield {
          field: path,
          message: `no component is called ${quote(name)}, must name a component of this Application`,
          from: componentNames(app),
        };
    const waits = new Map(app.components.map(({ name, dependsOn }) => [name, dependsOn]));
    for (const circle of circles(waits)) {
      const [first = "", second = first] = circle;
      const closing = entries.find(({ waiter, name }) => waiter === first && name === second);
      if (closing) yield { field: closing.path, message: describe(circle) };
    }
  },
});

const dependencies = (app: Application) =>
  app.components.flatMap((component) =>
    asList(own(component.raw, "dependsOn")).flatMap((entry, i) => {
      const name = asText(entry);
      return name === undefined ? [] : [{ path: `${component.path}.dependsOn[${i}]`, waiter: component.name, name }];
    }),
  );

function describe(circle: readonly string[]): string {
  if (circle.length === 1) return "the component waits for itself, must wait for another one";
  const names = [...circle, ...circle.slice(0, 1)].map(quote);
  const chain = names.length > 8 ? [...names.slice(0, 6), "...", ...names.slice(-1)] : names;
  return `waits for a component that waits for this one in turn (${chain.join(" -> ")}), must be one that does not`;
}
