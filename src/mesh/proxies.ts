import { asList, asText, type Json, own } from "../model/json.ts";
import { type Resource, witnessName } from "./discovery.ts";
import { pushOfNonce } from "./push-number.ts";

/** A proxy that is connected to an istiod, and what it has acknowledged. */
export interface MeshProxy {
  /** `<pod>.<namespace>`. */
  readonly id: string;
  /** The push whose clusters it has; undefined where it has none, or none that we understand. */
  readonly clusters: number | undefined;
  /** The push whose listeners it has; undefined where it has none, or none that we understand. */
  readonly listeners: number | undefined;
  /** The push whose routes it has; `none` where it was never sent any. */
  readonly routes: number | "none" | undefined;
}

/**
 * The proxies in an answer of `/debug/syncz` (istio: pilot/pkg/xds/debug.go, SyncStatus); undefined where it is none.
 * Ztunnels have no routes; our own witnesses carry no traffic.
 */
export function proxiesIn(answer: Json | undefined): readonly MeshProxy[] | undefined {
  if (!Array.isArray(answer)) return undefined;
  const ids = asList(answer).map((entry) => asText(own(entry, "proxy")));
  if (ids.some((id) => id === undefined)) return undefined;
  return asList(answer)
    .filter((entry) => own(entry, "proxy_type") !== "ztunnel")
    .map(proxyOf)
    .filter(({ id }) => !id.startsWith(`${witnessName}.`));
}

/** What is empty is left out. A nonce that was not sent is not asked for. */
function proxyOf(entry: Json): MeshProxy {
  const nonce = (name: string): string => asText(own(entry, name)) ?? "";
  return {
    id: nonce("proxy"),
    clusters: pushOfNonce(nonce("cluster_acked")),
    listeners: pushOfNonce(nonce("listener_acked")),
    routes: nonce("route_sent") === "" ? "none" : pushOfNonce(nonce("route_acked")),
  };
}

/**
 * Whether a proxy has what a push has. One that was never sent any routes has them when it has the listeners: routes come
 * right after them, in the same turn, wherever a listener asks for them (istio: pilot/pkg/xds/ads.go, PushOrder).
 */
export function hasPush({ clusters, listeners, routes }: MeshProxy, resource: Resource, push: number): boolean {
  const has = (acknowledged: number | undefined) => acknowledged !== undefined && acknowledged >= push;
  if (resource === "clusters") return has(clusters);
  return has(listeners) && (routes === "none" || has(routes));
}
