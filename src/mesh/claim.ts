import { asInteger, asList, asText, asTextMap, at, own } from "../model/json.ts";
import { type KubeObject, kindOf, nameOf, namespaceOf } from "../model/world.ts";
import { serviceHost, subsetsIn } from "./clusters.ts";
import type { DiscoveryResponse, Resource, Witness } from "./discovery.ts";
import { pushNumber } from "./push-number.ts";
import { follows, type Split, splitsIn } from "./routes.ts";

/** Something of a component that is to be in effect in every proxy. */
export interface Claim {
  /** The Service that it is about. */
  readonly service: string;
  readonly namespace: string;
  readonly wanted: Wanted;
  /** Whose eyes see all of it: a sidecar for calls in the mesh, a router for those by a gateway. */
  readonly sights: readonly Sight[];
}

/** How calls are split, or the subsets that there are at each port of the Service. */
export type Wanted =
  | { readonly resource: "routes"; readonly split: Split }
  | { readonly resource: "clusters"; readonly ports: readonly number[]; readonly subsets: readonly string[] };

export interface Sight {
  readonly type: Witness["type"];
  readonly labels: Witness["labels"];
  readonly resource: Resource;
  /** The route configurations that it stands in; none for clusters. */
  readonly names: readonly string[];
}

export const sightKey = ({ type, labels, resource }: Omit<Sight, "names">): string =>
  `${resource} ${type} ${JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))}`;

/**
 * How the proxies must split calls, by the objects of one component; undefined where that cannot be said, as without a route.
 * `split` is what all of its VirtualServices say.
 */
export function routeClaim(component: string, objects: readonly KubeObject[], split: Split): Claim | undefined {
  const route = find(objects, "VirtualService", component);
  const ports = portsOf(find(objects, "Service", component), "ports");
  if (!route || ports.length === 0 || Object.keys(split).length === 0) return undefined;
  const mesh: Sight = { type: "sidecar", labels: {}, resource: "routes", names: ports.map(String) };
  const others = objects.filter((object) => kindOf(object) === "VirtualService" && object !== route);
  const entrance = others.length > 0 ? entranceOf(find(objects, "Gateway", component)) : [];
  if (others.length > 1 || entrance === undefined) return undefined;
  return {
    service: component,
    namespace: namespaceOf(route),
    wanted: { resource: "routes", split },
    sights: [mesh, ...entrance],
  };
}

/**
 * The subsets that the proxies must have; undefined without a Service or a DestinationRule. A gateway has those of a sidecar, of all
 * Services that it routes to. Their names are of the push that brings them, also where istiod has clusters from its cache: it looks
 * them up by the subsets of the DestinationRule (istio: pilot/pkg/networking/core/cluster.go, getAllCachedSubsetClusters).
 */
export function subsetClaim(component: string, objects: readonly KubeObject[]): Claim | undefined {
  const rule = find(objects, "DestinationRule", component);
  const ports = portsOf(find(objects, "Service", component), "ports");
  const subsets = asList(at(rule, "spec", "subsets")).flatMap((subset) => asText(own(subset, "name")) ?? []);
  if (!rule || ports.length === 0 || subsets.length === 0) return undefined;
  return {
    service: component,
    namespace: namespaceOf(rule),
    wanted: { resource: "clusters", ports, subsets },
    sights: [{ type: "sidecar", labels: {}, resource: "clusters", names: [] }],
  };
}

const find = (objects: readonly KubeObject[], kind: string, name: string): KubeObject | undefined =>
  objects.find((object) => kindOf(object) === kind && nameOf(object) === name);

const portsOf = (object: KubeObject | undefined, list: string): readonly number[] =>
  asList(at(object, "spec", list)).flatMap((port) => asInteger(own(port, "port")) ?? []);

/** A router without a Service listens at the ports of the Gateway itself (istio: pilot/pkg/model/gateway.go). */
function entranceOf(gateway: KubeObject | undefined): readonly Sight[] | undefined {
  const labels = asTextMap(at(gateway, "spec", "selector"));
  const numbers = asList(at(gateway, "spec", "servers")).flatMap(
    (server) => asInteger(at(server, "port", "number")) ?? [],
  );
  if (Object.keys(labels).length === 0 || numbers.length === 0) return undefined;
  return [{ type: "router", labels, resource: "routes", names: numbers.map((number) => `http.${number}`) }];
}

/**
 * The first push of an istiod in which a claim is seen to be so, after one more answer: undefined as long as there is none.
 * An answer that has no route to the Service tells nothing; one that says otherwise, or is not understood, undoes it.
 */
export function seenSince(before: number | undefined, claim: Claim, answer: DiscoveryResponse): number | undefined {
  const isSo = says(answer.resources, claim);
  if (isSo === "nothing") return before;
  return isSo ? (before ?? pushNumber(answer.version)) : undefined;
}

function says(resources: readonly Buffer[], { service, namespace, wanted }: Claim): boolean | "nothing" {
  if (wanted.resource === "clusters") {
    const found = subsetsIn(resources, service, namespace);
    const subsets = [...wanted.subsets].sort().join();
    return wanted.ports.every((port) => [...(found?.get(String(port)) ?? [])].sort().join() === subsets);
  }
  const isHost = serviceHost(service, namespace);
  const found = resources.map((route) => splitsIn(route, isHost));
  if (found.includes(undefined)) return false;
  const splits = found.flatMap((each) => each ?? []);
  return follows(splits, wanted.split) ?? "nothing";
}
