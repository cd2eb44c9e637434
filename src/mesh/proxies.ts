import { asList, asText, type Json, own } from "../model/json.ts";
import { witnessName } from "./discovery.ts";
import { pushOfNonce } from "./push-number.ts";

/** A proxy that is connected to an istiod, and what it has acknowledged. */
export interface MeshProxy {
  /** `<pod>.<namespace>`. */
  readonly id: string;
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
    listeners: pushOfNonce(nonce("listener_acked")),
    routes: nonce("route_sent") === "" ? "none" : pushOfNonce(nonce("route_acked")),
  };
}

/**
 * Whether a proxy has the routes of a push. One that was never sent any has them when it has the listeners: routes come
 * right after them, in the same turn, wherever a listener asks for them (istio: pilot/pkg/xds/ads.go, PushOrder).
 */
export const hasPush = ({ listeners, routes }: MeshProxy, push: number): boolean =>
  listeners !== undefined && listeners >= push && (routes === "none" || (routes !== undefined && routes >= push));
