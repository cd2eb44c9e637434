import { field, messagesIn, parseMessage, textIn } from "./protobuf.ts";

/** What istiod is to take us for: the kind of a proxy, and the labels that a Gateway selects it by. */
export interface Witness {
  readonly type: "sidecar" | "router";
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What proxies are told of: how calls to a host are split, and which subsets of it there are. */
export type Resource = "routes" | "clusters";

export interface DiscoveryRequest {
  readonly witness: Witness;
  readonly resource: Resource;
  /** Of route configurations: a port for a sidecar, `http.<port>` for a router. Clusters come all, whatever is asked for. */
  readonly names: readonly string[];
  /** Of the answer that is acknowledged with it; empty in the first request. */
  readonly version: string;
  readonly nonce: string;
}

export interface DiscoveryResponse {
  /** Of the push that it belongs to. */
  readonly version: string;
  readonly nonce: string;
  /** Route configurations or clusters, as protocol buffers. */
  readonly resources: readonly Buffer[];
}

export const resourceTypes: Readonly<Record<Resource, string>> = {
  routes: "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
  clusters: "type.googleapis.com/envoy.config.cluster.v3.Cluster",
};
export const discoveryPath = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";

/** Proxies of that name are ours, and carry no traffic. */
export const witnessName = "rollguard-witness";
/** Nobody has this address (RFC 5737), so that istiod finds no pod whose labels would stand for ours. */
const nowhere = "192.0.2.1";

/**
 * The id of a proxy (istio: pilot/pkg/model/context.go, ParseServiceNodeWithMetadata). Its domain is a part of the key of
 * istiod's cache of routes (pilot/pkg/networking/core/route/route_cache.go). No other proxy has ours, so what comes was made
 * for us, from the push that it is said to be of.
 */
export const nodeId = ({ type, namespace }: Witness): string =>
  `${type}~${nowhere}~${witnessName}.${namespace}~${witnessName}.svc.cluster.local`;

/** A DiscoveryRequest (envoy: api/envoy/service/discovery/v3/discovery.proto). */
export const encodeRequest = ({ witness, resource, names, version, nonce }: DiscoveryRequest): Buffer =>
  Buffer.concat([
    ...(version === "" ? [] : [field(1, version)]),
    field(2, encodeNode(witness)),
    ...names.map((name) => field(3, name)),
    field(4, resourceTypes[resource]),
    ...(nonce === "" ? [] : [field(5, nonce)]),
  ]);

function encodeNode(witness: Witness): Buffer {
  const metadata = { NAMESPACE: text(witness.namespace), LABELS: struct(mapped(witness.labels)) };
  return Buffer.concat([field(1, nodeId(witness)), field(2, witnessName), field(3, structure(metadata))]);
}

const mapped = (labels: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, text(value)]));

/** google.protobuf.Struct, and a Value that is a string or a Struct. */
const structure = (values: Readonly<Record<string, Buffer>>): Buffer =>
  Buffer.concat(
    Object.entries(values).map(([key, value]) => field(1, Buffer.concat([field(1, key), field(2, value)]))),
  );
const text = (value: string): Buffer => field(3, value);
const struct = (values: Readonly<Record<string, Buffer>>): Buffer => field(5, structure(values));

/** A DiscoveryResponse; undefined where it is none, or is about something else. */
export function decodeResponse(bytes: Buffer, resource: Resource): DiscoveryResponse | undefined {
  const message = parseMessage(bytes);
  if (message === undefined || textIn(message, 4) !== resourceTypes[resource]) return undefined;
  const wrapped = messagesIn(message, 2).map((any) => parseMessage(any));
  const resources = wrapped.flatMap((any) => (any === undefined ? [] : messagesIn(any, 2)));
  if (resources.length < wrapped.length) return undefined;
  return { version: textIn(message, 1), nonce: textIn(message, 5), resources };
}
