import { type Application, type Component, type Trait, traitOf } from "./application.ts";
import { isDnsLabel } from "./dns.ts";
import { asInteger, asList, asText, own } from "./json.ts";
import { remembered } from "./remembered.ts";
import { quote } from "./shape.ts";

/** A claim of the `istio-gateway` trait: requests for a host and path that enter by a gateway. */
export interface GatewayRoute {
  readonly component: Component;
  readonly trait: Trait;
  /** Path of the host, or of the match, that makes the claim. */
  readonly path: string;
  readonly host: string;
  readonly match: "exact" | "prefix";
  readonly uri: string;
  /** Equal for claims that only one component can have. */
  readonly key: string;
}

export const gatewayOf = (trait: Trait): string => asText(own(trait.properties, "gateway")) ?? "ingressgateway";

/** How many claims the hosts and matches of a component make, counted without making them. */
export function gatewayRouteCount(component: Component): number {
  const trait = traitOf(component, "istio-gateway");
  return gatewayHosts(component).length * Math.max(asList(own(trait?.properties, "match")).length, 1);
}

/** What one trait may claim at most (`gateway-routes-are-complete`); one that claims more counts as claiming nothing. */
export const maxGatewayRoutes = 1000;

/** The claims of an Application: one for each host and match. No `match` means every path. */
export const gatewayRoutes = remembered((app: Application): readonly GatewayRoute[] =>
  app.components.flatMap((component) => {
    const trait = traitOf(component, "istio-gateway");
    return trait ? claims(component, trait) : [];
  }),
);

function claims(component: Component, trait: Trait): GatewayRoute[] {
  const hosts = gatewayHosts(component);
  const uris = own(trait.properties, "match") === undefined ? [everyPath(trait)] : matches(trait);
  if (gatewayRouteCount(component) > maxGatewayRoutes) return [];
  return hosts.flatMap(({ host }) =>
    uris.map(({ match, uri, path }) => ({
      component,
      trait,
      path,
      host,
      match,
      uri,
      key: `${gatewayOf(trait)} ${host.toLowerCase()} ${match} ${uri}`,
    })),
  );
}

/** The hosts of the istio-gateway trait of a component that are strings. */
export function gatewayHosts(component: Component): readonly { path: string; host: string }[] {
  const trait = traitOf(component, "istio-gateway");
  return asList(own(trait?.properties, "hosts")).flatMap((item, i) => {
    const host = asText(item);
    return host === undefined ? [] : [{ path: `${trait?.path}.properties.hosts[${i}]`, host }];
  });
}

type Match = Pick<GatewayRoute, "match" | "uri" | "path">;

const everyPath = (trait: Trait): Match => ({ match: "prefix", uri: "/", path: `${trait.path}.properties.hosts` });

function matches(trait: Trait): Match[] {
  return asList(own(trait.properties, "match")).flatMap((entry, i): Match[] => {
    const path = `${trait.path}.properties.match[${i}]`;
    const exact = asText(own(entry, "exact"));
    const prefix = asText(own(entry, "prefix"));
    if (exact !== undefined) return [{ match: "exact", uri: exact, path }];
    return prefix === undefined ? [] : [{ match: "prefix", uri: prefix, path }];
  });
}

/**
 * Whether Istio takes a text as a host (istio/istio: pkg/config/validation, ValidateWildcardDomain): labels of a DNS name,
 * of which the first may be the wildcard, or the wildcard alone. The last is no number, so addresses are none.
 */
export function isHost(host: string): boolean {
  if (host === "*") return true;
  const labels = host.toLowerCase().replace(/^\*\./, "").split(".");
  return host.length <= 253 && labels.every(isDnsLabel) && !/^\d+$/.test(labels.at(-1) ?? "");
}

/** A claim in words, for messages. */
export const describeRoute = ({ host, match, uri, trait }: GatewayRoute): string =>
  `host ${quote(host)} with ${match} ${quote(uri)} at gateway ${quote(gatewayOf(trait))}`;

/** The port that the gateway sends to. */
export const gatewayPort = (trait: Trait): number | undefined => asInteger(own(trait.properties, "port"));
