import { traitOf } from "../model/application.ts";
import { containers } from "../model/containers.ts";
import { servicePlaces } from "../model/places.ts";
import { canaryTrafficPorts, exposedPorts, isPort, portsOf } from "../model/ports.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "service-port-is-open",
  codes: ["T07"],
  action: "Warn",
  about: "spec",
  invariant: "Ports of a Service are ports that the container opens.",
  because: "Requests to any other port are refused by the pod.",
  reads: [],
  *check({ app }) {
    for (const container of containers(app)) {
      const { component, isSidecar, title } = container;
      const open = new Set(portsOf(container).map(({ port, containerPort }) => containerPort ?? port));
      // Where nothing is declared nothing is known; a sidecar listens on ports that it cannot declare.
      if (isSidecar || open.size === 0 || traitOf(component, "sidecar")) continue;
      const exposed = exposedPorts(component).map(({ portPath: path, port }) => ({ path, port }));
      for (const { path, port } of [...exposed, ...canaryTrafficPorts(component)]) {
        if (!isPort(port) || open.has(port)) continue;
        yield {
          field: path,
          message: `${title}: Service port ${port} is not opened by the container (${brief([...open])})`,
          from: [`${container.path}.port`, `${container.path}.ports`, servicePlaces(component)],
        };
      }
    }
  },
});

const brief = (ports: readonly number[]): string =>
  ports.length > 3 ? `${ports.slice(0, 3).join(", ")}, ...` : ports.join(", ");
