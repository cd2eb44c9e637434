import { parseMessage, textIn } from "./protobuf.ts";

/** Whether that is a host, such as `reviews.shop.svc.cluster.local`. */
export type HostTest = (host: string) => boolean;

/** The host of a Service, whatever the domain of the cluster. */
export const serviceHost =
  (service: string, namespace: string): HostTest =>
  (host) =>
    host.startsWith(`${service}.${namespace}.svc.`);

/** The pods that a cluster of a proxy stands for: of a port of a Service, all or those of a subset. */
interface Target {
  readonly port: string;
  /** Empty where it is all of them. */
  readonly subset: string;
}

/**
 * Where a cluster leads to, if it is to that host. Names of clusters are `outbound|<port>|<subset>|<host>`
 * (istio: pilot/pkg/model/service.go, BuildSubsetKey).
 */
export function targetOf(name: string, isHost: HostTest): Target | undefined {
  const [direction, port = "", subset = "", host = ""] = name.split("|");
  return direction === "outbound" && isHost(host) ? { port, subset } : undefined;
}

/**
 * The subsets of a host that there are clusters of, by port; undefined where something is no cluster
 * (envoy: api/envoy/config/cluster/v3/cluster.proto).
 */
export function subsetsIn(clusters: readonly Buffer[], isHost: HostTest): ReadonlyMap<string, Set<string>> | undefined {
  const ports = new Map<string, Set<string>>();
  for (const cluster of clusters) {
    const message = parseMessage(cluster);
    if (message === undefined) return undefined;
    const target = targetOf(textIn(message, 1), isHost);
    if (!target) continue;
    const subsets = ports.get(target.port) ?? new Set();
    ports.set(target.port, target.subset === "" ? subsets : subsets.add(target.subset));
  }
  return ports;
}
