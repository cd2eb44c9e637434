import type { Component } from "../model/application.ts";
import { sidecars } from "../model/containers.ts";
import { isDnsLabel } from "../model/dns.ts";
import { asText, own } from "../model/json.ts";
import { repeats } from "../model/repeats.ts";
import { quote } from "../model/shape.ts";
import { type Finding, rule } from "./rule.ts";

export default rule({
  id: "traits-are-singular",
  codes: ["T01"],
  action: "Deny",
  about: "spec",
  invariant: "A trait of which a component can have one is there once, and sidecars have names of their own.",
  because: "Both would render objects of the same name.",
  reads: [],
  *check({ app }) {
    for (const component of app.components) {
      for (const [trait, first] of repeats(component.traits, ({ type }) => renders.get(type)))
        yield {
          field: trait.path,
          message:
            trait.type === first.type
              ? `is another ${trait.type} trait, at most one is possible`
              : `renders the same object as the ${first.type} trait, one of them is required`,
        };
      yield* judgeSidecars(component);
    }
  },
});

/** What can be there once, by the trait that renders it. */
const renders: ReadonlyMap<string, string> = new Map([
  ["rollout", "rollout"],
  ["expose", "Service"],
  ["canary-traffic", "DestinationRule"],
  ["istio-gateway", "Gateway"],
  ["scaler", "replicas"],
  ["hpa", "HorizontalPodAutoscaler"],
  ["cpuscaler", "HorizontalPodAutoscaler"],
]);

/** The component's own container is named after it. */
function* judgeSidecars(component: Component): Generator<Finding> {
  const named = sidecars(component).map(({ path, properties }) => ({ path, name: asText(own(properties, "name")) }));
  for (const { path, name } of named)
    if (name !== undefined && !isDnsLabel(name))
      yield {
        field: `${path}.name`,
        message: `${quote(name)} is no DNS label, at most 63 of a-z, 0-9 and - are required`,
      };
  for (const [{ path, name }] of repeats([{ path: "", name: component.name }, ...named], (container) => container.name))
    yield {
      field: `${path}.name`,
      message: `${quote(name ?? "")} is the name of another container, a different one is required`,
    };
}
