import { gatewayHosts, isHost } from "../model/routes.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "gateway-host-is-external",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "Hosts of a gateway are not names of Services inside the cluster.",
  because: "The route would capture another team's traffic.",
  reads: [],
  *check({ app }) {
    for (const component of app.components)
      for (const { path, host } of gatewayHosts(component))
        if (isHost(host) && isInternal(host.toLowerCase()))
          yield {
            field: path,
            message: `${quote(host)} is a name inside the cluster, a host of the outside is required`,
          };
  },
});

/** Istio completes a name without dots to a Service of the namespace (istio.io: VirtualService, hosts). */
const isInternal = (host: string): boolean =>
  host !== "*" && (!host.includes(".") || host === "*.local" || /(?:^|\.)(?:svc|cluster\.local)$/.test(host));
