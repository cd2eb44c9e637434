import { asInteger, asList, asTextMap, at, own } from "../model/json.ts";
import { type KubeObject, kindOf, nameOf, namespaceOf } from "../model/world.ts";
import type { RouteResponse, Witness } from "./discovery.ts";
import { pushNumber } from "./push-number.ts";
import { follows, type Split, serviceHost, splitsIn } from "./routes.ts";

/** A route of a component that is to be in effect in every proxy. */
export interface Claim {
  /** The Service that it leads to. */
  readonly service: string;
  readonly namespace: string;
  readonly split: Split;
  /** Whose eyes see all of it: a sidecar for calls in the mesh, a router for those by a gateway. */
  readonly sights: readonly Sight[];
}

export interface Sight {
  readonly type: Witness["type"];
  readonly labels: Witness["labels"];
  /** The route configurations that it stands in. */
  readonly names: readonly string[];
}

export const sightKey = ({ type, labels }: Pick<Sight, "type" | "labels">): string =>
  `${type} ${JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))}`;

/**
 * What the proxies must have, by the objects of one component; undefined where that cannot be said, as without a route.
 * `split` is what all of its VirtualServices say.
 */
export function claimOf(component: string, objects: readonly KubeObject[], split: Split): Claim | undefined {
  const find = (kind: string) => objects.find((object) => kindOf(object) === kind && nameOf(object) === component);
  const route = find("VirtualService");
  const ports = portsOf(find("Service"), "ports");
  if (!route || ports.length === 0 || Object.keys(split).length === 0) return undefined;
  const mesh: Sight = { type: "sidecar", labels: {}, names: ports.map(String) };
  const others = objects.filter((object) => kindOf(object) === "VirtualService" && object !== route);
  const entrance = others.length > 0 ? entranceOf(find("Gateway")) : [];
  if (others.length > 1 || entrance === undefined) return undefined;
  return { service: component, namespace: namespaceOf(route), split, sights: [mesh, ...entrance] };
}

const portsOf = (object: KubeObject | undefined, list: string): readonly number[] =>
  asList(at(object, "spec", list)).flatMap((port) => asInteger(own(port, "port")) ?? []);

/** A router without a Service listens at the ports of the Gateway itself (istio: pilot/pkg/model/gateway.go). */
function entranceOf(gateway: KubeObject | undefined): readonly Sight[] | undefined {
  const labels = asTextMap(at(gateway, "spec", "selector"));
  const numbers = asList(at(gateway, "spec", "servers")).flatMap(
    (server) => asInteger(at(server, "port", "number")) ?? [],
  );
  if (Object.keys(labels).length === 0 || numbers.length === 0) return undefined;
  return [{ type: "router", labels, names: numbers.map((number) => `http.${number}`) }];
}

/**
 * The first push of an istiod in which a claim is seen to be so, after one more answer: undefined as long as there is none.
 * An answer that has no route to the Service tells nothing; one that says otherwise, or is not understood, undoes it.
 */
export function seenSince(before: number | undefined, claim: Claim, answer: RouteResponse): number | undefined {
  const isHost = serviceHost(claim.service, claim.namespace);
  const found = answer.routes.map((route) => splitsIn(route, isHost));
  const splits = found.flatMap((each) => each ?? []);
  if (found.includes(undefined)) return undefined;
  const isSo = follows(splits, claim.split);
  return isSo === undefined ? before : isSo ? (before ?? pushNumber(answer.version)) : undefined;
}
