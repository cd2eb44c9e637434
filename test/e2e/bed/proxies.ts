import { setTimeout as sleep } from "node:timers/promises";
import { addresses, ports } from "./addresses.ts";
import type { Bed } from "./standing-bed.ts";

/** Weights by subset. */
export type Weights = Readonly<Record<string, number>>;

interface Named {
  readonly name: string;
  readonly weight?: number;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** Every value of a key, at any depth: a configuration dump nests deep, and only some of it is of interest. */
function* valuesOf(key: string, value: unknown): Generator<unknown> {
  if (!isObject(value)) return;
  for (const [name, child] of Object.entries(value)) {
    if (name === key) yield child;
    yield* valuesOf(key, child);
  }
}

/** The cluster's name is `outbound|PORT|SUBSET|HOST`. */
function subsetOf(cluster: string, host: string): string | undefined {
  const [, , subset, name] = cluster.split("|");
  return name === host ? subset : undefined;
}

function weightsOf(clusters: readonly Named[], host: string): Weights | undefined {
  const pairs = clusters.map(({ name, weight = 0 }) => [subsetOf(name, host), weight] as const);
  const ours = pairs.filter(([subset]) => subset !== undefined);
  return ours.length === 0 ? undefined : Object.fromEntries(ours);
}

/** What a proxy does with requests for a host: one entry for each route to it. */
export async function routesIn(bed: Bed, proxy: string, host: string): Promise<Weights[]> {
  const address = `http://${proxy}:${ports.envoyAdmin}/config_dump?resource=dynamic_route_configs`;
  const { status, body } = await bed.ask(address);
  // A proxy that has no routes yet does not know the word.
  const dump: unknown = status === 200 ? JSON.parse(body) : {};
  const routes = [...valuesOf("route", dump)].filter(isObject);
  const found = routes.map((route) => {
    const { weighted_clusters: weighted, cluster } = route;
    const clusters = isObject(weighted) ? (weighted["clusters"] as readonly Named[]) : [];
    const single = typeof cluster === "string" ? [{ name: cluster, weight: 100 }] : [];
    return weightsOf([...clusters, ...single], host);
  });
  return found.filter((weights) => weights !== undefined);
}

/** Those of the proxies that are ready to send to a subset: they have its endpoints too. */
export async function readyFor(bed: Bed, host: string, subset: string): Promise<readonly string[]> {
  const proxies = [addresses.gateway, addresses.meshClient];
  const dumps = await Promise.all(
    proxies.map((proxy) => bed.ask(`http://${proxy}:${ports.envoyAdmin}/config_dump?resource=dynamic_active_clusters`)),
  );
  return proxies.filter((_, index) => dumps[index]?.body.includes(`|${subset}|${host}"`));
}

const entries = (weights: Weights): string =>
  JSON.stringify(
    Object.entries(weights)
      .filter(([, weight]) => weight > 0)
      .sort(([a], [b]) => a.localeCompare(b)),
  );

export interface UntilRouted {
  /** Addresses of the proxies that must follow; both where none are given. */
  readonly proxies?: readonly string[];
  readonly timeoutMs?: number;
}

/** Waits until the proxies route a host as said. */
export async function untilRouted(bed: Bed, host: string, wanted: Weights, options: UntilRouted = {}): Promise<void> {
  const { proxies = [addresses.gateway, addresses.meshClient], timeoutMs = 30_000 } = options;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await Promise.all(proxies.map((proxy) => routesIn(bed, proxy, host)));
    const follows = (routes: readonly Weights[]) =>
      routes.length > 0 && routes.every((weights) => entries(weights) === entries(wanted));
    if (found.every(follows)) return;
    if (Date.now() > deadline) throw new Error(`the proxies route ${host} as ${JSON.stringify(found)}`);
    await sleep(50);
  }
}
