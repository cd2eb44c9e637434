import { asText, at } from "../model/json.ts";
import { describeRoute, gatewayRoutes } from "../model/routes.ts";
import { quote } from "../model/shape.ts";
import { type KubeObject, nameOf, namespaceOf } from "../model/world.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "gateway-routes-are-unclaimed",
  codes: ["T10"],
  action: "Deny",
  about: "spec",
  invariant: "No other Application claims the same host, path and gateway.",
  because: "Which of them gets the requests would be undefined; first come keeps it.",
  reads: ["Application by gateway route"],
  *check({ app, before }, world) {
    const held = new Set(before ? gatewayRoutes(before).map((route) => route.key) : []);
    const told = new Set<string>();
    for (const route of gatewayRoutes(app)) {
      const claimant = world
        .find("Application by gateway route", route.key)
        .find((other) => !isSame(other, app) && !(before && held.has(route.key) && isOlder(before.raw, other)));
      if (!claimant || told.has(route.path)) continue;
      told.add(route.path);
      const owner =
        namespaceOf(claimant) === app.namespace ? `Application ${quote(nameOf(claimant))}` : "another Application";
      yield {
        field: route.path,
        message: `${describeRoute(route)} is claimed by ${owner}, another host or path is required`,
      };
    }
  },
});

const isSame = (other: KubeObject, app: { name: string; namespace: string }): boolean =>
  nameOf(other) === app.name && namespaceOf(other) === app.namespace;

/** Two may have got the same claim at the same instant; then the older Application keeps it. */
const isOlder = (one: KubeObject, other: KubeObject): boolean => createdAt(one) <= createdAt(other);
const createdAt = (object: KubeObject): string => asText(at(object, "metadata", "creationTimestamp")) ?? "";
