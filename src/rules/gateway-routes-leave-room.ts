import { own } from "../model/json.ts";
import { gatewayRoutes } from "../model/routes.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "gateway-routes-leave-room",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: 'No match of an istio-gateway trait takes the prefix "/" of the host "*".',
  because: "It would take every request that enters by the gateway, also those of other teams.",
  reads: [],
  *check({ app }) {
    for (const { trait, path, host, match, uri } of gatewayRoutes(app)) {
      // No match at all is left to the warning about the host: nothing was written that could be meant otherwise.
      if (host !== "*" || match !== "prefix" || uri !== "/" || own(trait.properties, "match") === undefined) continue;
      yield {
        field: `${path}.prefix`,
        message: 'is "/" for the host "*", which is every request at the gateway, a host or a longer path is required',
      };
    }
  },
});
