import { containers } from "../model/containers.ts";
import { asList, asText, own } from "../model/json.ts";
import { repeats } from "../model/repeats.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "env-names-are-distinct",
  codes: ["A16"],
  action: "Warn",
  about: "spec",
  invariant: "Every environment variable is set once.",
  because: "The last one wins, which hides typing errors.",
  reads: [],
  *check({ app }) {
    for (const { title, path, properties } of containers(app)) {
      const env = asList(own(properties, "env")).map((entry, i) => ({ i, name: asText(own(entry, "name")) }));
      const told = new Set<string | undefined>();
      for (const [{ i, name }] of repeats(env, (entry) => entry.name)) {
        if (told.has(name)) continue;
        told.add(name);
        yield {
          field: `${path}.env[${i}].name`,
          message: `${title}: env ${quote(name ?? "")} is set more than once, the last one wins`,
        };
      }
    }
  },
});
