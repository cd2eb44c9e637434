import { type GatewayRoute, gatewayOf, gatewayRoutes } from "../model/routes.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "gateway-routes-do-not-overlap",
  codes: [],
  action: "Warn",
  about: "spec",
  invariant: "No match of a gateway covers another one of the Application for the same host.",
  because: "It adds nothing, or Istio's order of the routes decides who gets the requests.",
  reads: [],
  *check({ app }) {
    const told = new Set<string>();
    for (const [route, wider] of covered(gatewayRoutes(app))) {
      const isOwn = route.component === wider.component;
      // A host twice, and equal claims of two components, are refused by rules of their own.
      if (told.has(route.path) || route.path === wider.path || (!isOwn && route.key === wider.key)) continue;
      told.add(route.path);
      const place = isOwn ? "" : ` of ${wider.component.name}`;
      yield {
        field: route.path,
        message: `${route.component.name}: ${route.match} ${quote(route.uri)} is covered by ${wider.match} ${quote(wider.uri)}${place}`,
      };
    }
  },
});

/** Routes that a prefix before them covers; in order of their paths, so that only open prefixes can. */
function* covered(routes: readonly GatewayRoute[]): Generator<readonly [GatewayRoute, GatewayRoute]> {
  for (const claims of groups(routes)) {
    const open: GatewayRoute[] = [];
    for (const route of claims) {
      while (open.length > 0 && !covers(open.at(-1), route)) open.pop();
      const wider = open.at(-1);
      if (wider) yield [route, wider];
      open.push(route);
    }
  }
}

const covers = (wider: GatewayRoute | undefined, route: GatewayRoute): boolean =>
  wider !== undefined && (wider.match === "prefix" ? route.uri.startsWith(wider.uri) : route.key === wider.key);

/** Routes of one host and gateway each, shorter paths first, a prefix before the same path as an exact match. */
function groups(routes: readonly GatewayRoute[]): readonly (readonly GatewayRoute[])[] {
  const byHost = new Map<string, GatewayRoute[]>();
  for (const route of routes) {
    const key = `${gatewayOf(route.trait)} ${route.host.toLowerCase()}`;
    const claims = byHost.get(key) ?? [];
    claims.push(route);
    byHost.set(key, claims);
  }
  return [...byHost.values()].map((claims) => claims.sort(inOrder));
}

const inOrder = (a: GatewayRoute, b: GatewayRoute): number =>
  a.uri === b.uri ? Number(a.match === "exact") - Number(b.match === "exact") : a.uri < b.uri ? -1 : 1;
