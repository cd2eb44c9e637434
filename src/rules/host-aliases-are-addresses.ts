import { containers } from "../model/containers.ts";
import { isDnsSubdomain } from "../model/dns.ts";
import { isIp } from "../model/ip.ts";
import { asList, asText, own } from "../model/json.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "host-aliases-are-addresses",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "Host aliases give DNS names to IP addresses.",
  because: "The API server would refuse the Deployment.",
  reads: [],
  *check({ app }) {
    for (const { path, properties } of containers(app))
      for (const [i, alias] of asList(own(properties, "hostAliases")).entries()) {
        const place = `${path}.hostAliases[${i}]`;
        const ip = asText(own(alias, "ip"));
        if (ip !== undefined && !isIp(ip))
          yield { field: `${place}.ip`, message: `${quote(ip)} is no IP address, one like 10.0.0.1 is required` };
        for (const [j, name] of asList(own(alias, "hostnames")).entries())
          if (typeof name === "string" && !isDnsSubdomain(name))
            yield {
              field: `${place}.hostnames[${j}]`,
              message: `${quote(name)} is no DNS name, a-z, 0-9, - and . are required`,
            };
      }
  },
});
