import { repeats } from "../model/repeats.ts";
import { describeRoute, gatewayRoutes } from "../model/routes.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "gateway-routes-are-distinct",
  codes: ["T10"],
  action: "Deny",
  about: "spec",
  invariant: "No two components of the Application claim the same host, path and gateway.",
  because: "Which of them gets the requests would be undefined.",
  reads: [],
  *check({ app }) {
    const told = new Set<string>();
    for (const [route, first] of repeats(gatewayRoutes(app), ({ key }) => key)) {
      if (route.component === first.component || told.has(route.path)) continue;
      told.add(route.path);
      yield {
        field: route.path,
        message: `${describeRoute(route)} is claimed by component ${quote(first.component.name)}, another host or path is required`,
      };
    }
  },
});
