import { serviceSources } from "../model/ports.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "service-has-one-source",
  codes: ["T02"],
  action: "Deny",
  about: "spec",
  invariant: "At most one of expose, canary-traffic and exposed ports renders the Service of a component.",
  because: "They would render two Services of the same name.",
  reads: [],
  *check({ app }) {
    for (const component of app.components) {
      const [first, ...others] = serviceSources(component);
      for (const { path } of others)
        yield { field: path, message: `renders a Service as ${first?.what} does, one of them is required` };
    }
  },
});
