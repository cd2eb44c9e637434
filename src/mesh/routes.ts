import { type HostTest, targetOf } from "./clusters.ts";
import { messagesIn, numberIn, parseMessage, textIn } from "./protobuf.ts";

/** Percent by subset; those without any are left out. */
export type Split = Readonly<Record<string, number>>;

/** How a route configuration splits the calls to one host: each route that leads to a subset of it. */
export type Splits = readonly Split[];

/** Undefined where it is no route configuration (envoy: api/envoy/config/route/v3/route.proto, route_components.proto). */
export function splitsIn(configuration: Buffer, host: HostTest): Splits | undefined {
  const message = parseMessage(configuration);
  const virtualHosts = message && all(messagesIn(message, 2));
  const routes = virtualHosts && all(virtualHosts.flatMap((virtualHost) => messagesIn(virtualHost, 3)));
  const actions = routes && all(routes.flatMap((route) => messagesIn(route, 2)));
  const clusters = actions?.map(clustersOf);
  if (clusters === undefined || clusters.includes(undefined)) return undefined;
  return clusters.map((each) => splitOf(each ?? [], host)).filter((split) => split !== undefined);
}

type Parsed = NonNullable<ReturnType<typeof parseMessage>>;

/** All of them, or nothing: what is half understood proves nothing. */
function all(messages: readonly Buffer[]): readonly Parsed[] | undefined {
  const parsed = messages.map(parseMessage);
  return parsed.every((message) => message !== undefined) ? parsed : undefined;
}

interface Cluster {
  readonly name: string;
  readonly weight: number;
}

function clustersOf(action: Parsed): readonly Cluster[] | undefined {
  const [weighted] = messagesIn(action, 3);
  if (weighted === undefined) return [{ name: textIn(action, 1), weight: 100 }];
  const message = parseMessage(weighted);
  const clusters = message && all(messagesIn(message, 1));
  return clusters?.map((cluster) => ({ name: textIn(cluster, 1), weight: weightOf(cluster) }));
}

/** A UInt32Value: a message, so that none can be told from zero. */
const weightOf = (cluster: Parsed): number => {
  const [wrapped] = messagesIn(cluster, 2);
  const value = wrapped && parseMessage(wrapped);
  return value ? numberIn(value, 1) : 0;
};

function splitOf(clusters: readonly Cluster[], isHost: HostTest): Split | undefined {
  const ours = clusters.flatMap(({ name, weight }) => {
    const target = targetOf(name);
    return target && isHost(target.host) ? [[target.subset, weight] as const] : [];
  });
  if (ours.length === 0) return undefined;
  return Object.fromEntries(ours.filter(([, weight]) => weight > 0));
}

/** Whether every route to the host splits as wanted, and there is one: undefined where there is none. */
export function follows(splits: Splits, wanted: Split): boolean | undefined {
  return splits.length === 0 ? undefined : splits.every((split) => textOf(split) === textOf(wanted));
}

const textOf = (split: Split): string =>
  JSON.stringify(
    Object.entries(split)
      .filter(([, weight]) => weight > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
