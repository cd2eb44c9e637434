import { gatewayHosts } from "../model/routes.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "gateway-host-is-specific",
  codes: [],
  action: "Warn",
  about: "spec",
  invariant: "Hosts of a gateway are named, not the wildcard for all.",
  because: "Every host that reaches the gateway is routed here, also other teams'.",
  reads: [],
  *check({ app }) {
    for (const component of app.components) {
      const wildcard = gatewayHosts(component).find(({ host }) => host === "*");
      if (!wildcard) continue;
      yield {
        field: wildcard.path,
        message: `${component.name}: host "*" takes the requests for every host, name yours`,
      };
    }
  },
});
