import { asInteger, asList, asText, at, own } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import { type KubeObject, labelOf, nameOf } from "../../src/model/world.ts";
import type { Replay } from "./replay.ts";

interface Route {
  readonly name: string;
  readonly total: number;
  readonly subsets: readonly string[];
  /** Whether it leads to the Service as a whole, which is right where there is one revision. */
  readonly isWhole: boolean;
}

/** A canary component at one revision of the cluster, read without the help of what is tested. */
export interface View {
  readonly name: string;
  /** Every route of every VirtualService of it. */
  readonly routes: readonly Route[];
  /** The largest share that any route gives a revision. */
  readonly weights: ReadonlyMap<string, number>;
  readonly subsets: ReadonlySet<string>;
  /** As the Deployments want them. */
  readonly replicas: ReadonlyMap<string, number>;
  /** Ready endpoints by revision. */
  readonly ready: ReadonlyMap<string, number>;
  /** All of them, also of pods from before there were revisions. */
  readonly total: number;
  /** Ready pods that there must be: as many as there ever were, up to the size. */
  readonly floor: number;
}

/** Subsets are named after their revisions. */
export type PodRevisions = ReadonlyMap<unknown, string>;

/** The canary components of the Applications of a namespace. One that is deleted promises nothing any more. */
export function componentsAt(
  replay: Replay,
  namespace: string,
  pods: PodRevisions,
  floors: Map<string, number>,
): readonly View[] {
  return replay
    .in(namespace, "Application")
    .filter((app) => at(app, "metadata", "deletionTimestamp") === undefined)
    .flatMap((app) => asList(at(app, "spec", "components")).map((component) => [app, component] as const))
    .flatMap(([app, component]) => {
      const rollout = asList(own(component, "traits")).find((trait) => own(trait, "type") === "rollout");
      const size = asInteger(at(rollout, "properties", "targetSize"));
      const name = asText(own(component, "name")) ?? "";
      if (size === undefined) floors.delete(keyOf(at(app, "metadata", "uid"), name));
      return size === undefined
        ? []
        : [viewOf(replay, { namespace, name, size, uid: at(app, "metadata", "uid") }, pods, floors)];
    });
}

interface Subject {
  readonly namespace: string;
  readonly name: string;
  readonly size: number;
  /** Of the Application. */
  readonly uid: unknown;
}

function viewOf(
  replay: Replay,
  { namespace, name, size, uid }: Subject,
  pods: PodRevisions,
  floors: Map<string, number>,
): View {
  const own = (...kinds: Parameters<Replay["in"]> extends [string, ...infer K] ? K : never) =>
    replay.in(namespace, ...kinds).filter((object) => labelOf(object, names.component) === name);
  const routes = own("VirtualService").flatMap(routesOf);
  const ready = readyOf(replay, namespace, name, pods);
  const total = endpointsOf(replay, namespace, name).length;
  const key = keyOf(uid, name);
  const floor = Math.min(size, Math.max(floors.get(key) ?? 0, total));
  floors.set(key, floor);
  const rule = replay.get("DestinationRule", namespace, name);
  return {
    name,
    routes: routes.map(({ route }) => route),
    weights: largest(routes.flatMap(({ shares }) => shares)),
    subsets: new Set(asList(at(rule, "spec", "subsets")).map((subset) => asText(at(subset, "name")) ?? "")),
    replicas: new Map(
      own("Deployment").map((object) => [nameOf(object), asInteger(at(object, "spec", "replicas")) ?? 1]),
    ),
    ready,
    total,
    floor,
  };
}

const keyOf = (uid: unknown, component: string): string => `${uid}/${component}`;

type Share = readonly [revision: string, weight: number];

/** Istio takes a missing weight for 100 where a destination stands alone. */
function routesOf(service: KubeObject): { readonly route: Route; readonly shares: readonly Share[] }[] {
  return asList(at(service, "spec", "http")).map((http) => {
    const shares = asList(own(http, "route")).map((destination, _i, all): Share => {
      const weight = asInteger(own(destination, "weight")) ?? (all.length === 1 ? 100 : 0);
      return [asText(at(destination, "destination", "subset")) ?? "", weight];
    });
    const total = shares.reduce((sum, [, weight]) => sum + weight, 0);
    const named = shares.filter(([subset]) => subset !== "");
    const isWhole = named.length < shares.length;
    return {
      route: { name: nameOf(service), total, subsets: named.map(([subset]) => subset), isWhole },
      shares: named,
    };
  });
}

function largest(shares: readonly Share[]): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const [revision, weight] of shares) weights.set(revision, Math.max(weight, weights.get(revision) ?? 0));
  return weights;
}

/** The pods of the ready endpoints of a Service. Absent means ready (kubernetes/api: discovery/v1/types.go). */
function endpointsOf(replay: Replay, namespace: string, service: string): readonly unknown[] {
  const endpoints = replay
    .in(namespace, "EndpointSlice")
    .filter((slice) => labelOf(slice, "kubernetes.io/service-name") === service)
    .flatMap((slice) => asList(own(slice, "endpoints")))
    .filter((endpoint) => at(endpoint, "conditions", "ready") !== false);
  return [...new Set(endpoints.map((endpoint) => at(endpoint, "targetRef", "uid")))];
}

function readyOf(replay: Replay, namespace: string, service: string, pods: PodRevisions): ReadonlyMap<string, number> {
  const ready = new Map<string, number>();
  for (const uid of endpointsOf(replay, namespace, service)) {
    const revision = pods.get(uid);
    if (revision !== undefined) ready.set(revision, (ready.get(revision) ?? 0) + 1);
  }
  return ready;
}
