import { traitOf } from "../model/application.ts";
import { own } from "../model/json.ts";
import { canaryTrafficPorts, isPort } from "../model/ports.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "canary-traffic-has-one-port",
  codes: ["T11"],
  action: "Deny",
  about: "spec",
  invariant: "A canary-traffic trait has exactly one valid port.",
  because: "Its route leads to one port.",
  reads: [],
  *check({ app }) {
    for (const component of app.components) {
      const trait = traitOf(component, "canary-traffic");
      const listed = own(trait?.properties, "port");
      if (Array.isArray(listed) && listed.length !== 1)
        yield {
          field: `${trait?.path}.properties.port`,
          message: `has ${listed.length} ports, exactly one is required`,
        };
      for (const { path, port } of canaryTrafficPorts(component))
        if (!isPort(port)) yield { field: path, message: `is ${port}, a port from 1 to 65535 is required` };
    }
  },
});
