import { containers } from "../model/containers.ts";
import { isDnsSubdomain } from "../model/dns.ts";
import { asList, own } from "../model/json.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "pull-secrets-are-names",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "Secrets for pulling images are named as Secrets can be.",
  because: "The pods would never get their image.",
  reads: [],
  *check({ app }) {
    for (const { path, properties } of containers(app))
      for (const [i, name] of asList(own(properties, "imagePullSecrets")).entries())
        if (typeof name === "string" && !isDnsSubdomain(name))
          yield {
            field: `${path}.imagePullSecrets[${i}]`,
            message: `${quote(name)} is no DNS name, the name of a Secret is required`,
          };
  },
});
