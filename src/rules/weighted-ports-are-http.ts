import { canaryComponents } from "../model/application.ts";
import { exposedPorts } from "../model/ports.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

/** What Istio takes for a protocol in the name of a port, and is not HTTP (istio.io: Protocol Selection). */
const otherProtocols: readonly string[] = ["tcp", "tls", "https", "udp", "mongo", "mysql", "redis"];

export default rule({
  id: "weighted-ports-are-http",
  codes: [],
  action: "Warn",
  about: "spec",
  invariant: "The Service of a canary component speaks HTTP at its ports.",
  because: "Weights act on HTTP requests alone; other connections go to any pod.",
  reads: [],
  *check({ app }) {
    for (const component of canaryComponents(app)) {
      for (const { path, port, name, protocol } of exposedPorts(component)) {
        const named = name?.split("-", 1)[0] ?? "";
        if (protocol === "TCP" && !otherProtocols.includes(named)) continue;
        const why = protocol === "TCP" ? `is named ${quote(name ?? "")}` : `is ${protocol}`;
        yield { field: path, message: `${component.name}: port ${port} ${why}, no weights act on it` };
      }
    }
  },
});
