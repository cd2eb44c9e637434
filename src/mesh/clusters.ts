import { remembered } from "../model/remembered.ts";
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
  readonly host: string;
}

/**
 * Where a cluster leads to, if it is out of the pod. Names of clusters are `outbound|<port>|<subset>|<host>`
 * (istio: pilot/pkg/model/service.go, BuildSubsetKey).
 */
export function targetOf(name: string): Target | undefined {
  const [direction, port = "", subset = "", host = ""] = name.split("|");
  return direction === "outbound" ? { port, subset, host } : undefined;
}

/** Subsets by port. */
type Subsets = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The subsets of a Service that there are clusters of; undefined where there is none, or something is no cluster
 * (envoy: api/envoy/config/cluster/v3/cluster.proto).
 */
export const subsetsIn = (clusters: readonly Buffer[], service: string, namespace: string): Subsets | undefined =>
  byService(clusters)?.get(`${service}.${namespace}`);

/** A mesh has thousands of clusters, and everybody who waits asks about the same answer: it is read once. */
const byService = remembered((clusters: readonly Buffer[]): ReadonlyMap<string, Subsets> | undefined => {
  const services = new Map<string, Map<string, Set<string>>>();
  for (const cluster of clusters) {
    const message = parseMessage(cluster);
    if (message === undefined) return undefined;
    const target = targetOf(textIn(message, 1));
    if (!target) continue;
    const { port, subset, host } = target;
    const [service = ""] = host.split(".svc.");
    const ports = services.get(service) ?? new Map<string, Set<string>>();
    const subsets = ports.get(port) ?? new Set();
    services.set(service, ports.set(port, subset === "" ? subsets : subsets.add(subset)));
  }
  return services;
});
