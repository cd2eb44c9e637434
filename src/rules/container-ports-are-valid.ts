import { containers } from "../model/containers.ts";
import { isPortName } from "../model/dns.ts";
import { portMistakes, portsOf } from "../model/ports.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "container-ports-are-valid",
  codes: ["A11"],
  action: "Deny",
  about: "spec",
  invariant: "Ports of a container are from 1 to 65535, with names and port-protocol pairs of their own.",
  because: "The API server would refuse the Deployment.",
  reads: [],
  *check({ app }) {
    for (const container of containers(app)) {
      const ports = portsOf(container);
      yield* portMistakes(ports);
      for (const { path, name } of ports) {
        if (name === undefined || isPortName(name)) continue;
        yield {
          field: `${path}.name`,
          message: `${quote(name)} is no port name, at most 15 of a-z, 0-9 and single dashes with a letter are required`,
        };
      }
    }
  },
});
