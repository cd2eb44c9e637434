import { asList, asText, at, equal, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, kindOf, labelOf, nameOf, namespaceOf } from "../model/world.ts";
import type { Ages } from "../rollout/observed.ts";
import type { PaperCluster } from "./paper-cluster.ts";
import { lastReady, type Pods } from "./pods.ts";

/** An object, and its pods where it is a Deployment. */
export interface Held {
  readonly object: KubeObject;
  readonly pods: Pods | undefined;
}

const place = (object: KubeObject): string => `${namespaceOf(object)}/${labelOf(object, names.component) ?? ""}`;

/** Notes when a route, or a subset, became as it is. */
export function noteChange(
  cluster: PaperCluster,
  before: KubeObject | undefined,
  object: KubeObject,
  now: number,
): PaperCluster {
  const changed = new Map(cluster.changed);
  if (kindOf(object) === "VirtualService") changed.set(`${place(object)}/route`, now);
  for (const subset of newSubsets(before, object)) changed.set(`${place(object)}/${subsetAge}${subset}`, now);
  return { ...cluster, changed };
}

const subsetAge = "subset ";
/** Since when anything at all is known. */
const known = "known";

function newSubsets(before: KubeObject | undefined, rule: KubeObject): readonly string[] {
  if (kindOf(rule) !== "DestinationRule") return [];
  const had = asList(at(before, "spec", "subsets"));
  const added = asList(at(rule, "spec", "subsets")).filter((subset) => !had.some((other) => equal(other, subset)));
  return added.flatMap((subset) => asText(own(subset, "name")) ?? []);
}

/** Notes that pods went, or an object that proxies may know of. */
export const noteRemoval = (cluster: PaperCluster, object: KubeObject, now: number): PaperCluster => ({
  ...cluster,
  changed: new Map(cluster.changed).set(`${place(object)}/removal`, now),
});

/** Since when what a component has is so: these objects, and the pods of those that have any. */
export function agesOf(cluster: PaperCluster, component: string, objects: readonly Held[], now: number): Ages {
  const { changed, nature } = cluster;
  const age = (what: string) => now - (changed.get(`${component}/${what}`) ?? Number.NEGATIVE_INFINITY);
  const confirmed = (what: string) =>
    nature.meshConfirms && age(what) >= nature.meshLag ? Number.POSITIVE_INFINITY : age(what);
  const subsets = objects.flatMap(({ object }) => newSubsets(undefined, object));
  const pods = objects.flatMap(({ object, pods: its }) =>
    its ? [[nameOf(object), Math.min(now - lastReady(its, now), age(known))] as const] : [],
  );
  return {
    route: confirmed("route"),
    subsets: Object.fromEntries(subsets.map((name) => [name, confirmed(`${subsetAge}${name}`)])),
    arrivals: Object.fromEntries(pods),
    removal: age("removal"),
  };
}

/** As another process sees it: all that it knows of ages begins now. */
export function forgotten(cluster: PaperCluster, now: number): PaperCluster {
  const own = [...cluster.objects.values()].filter((object) => labelOf(object, names.component) !== undefined);
  const places = own.flatMap((object) => [
    ...["route", "removal", known].map((what) => `${place(object)}/${what}`),
    ...newSubsets(undefined, object).map((subset) => `${place(object)}/${subsetAge}${subset}`),
  ]);
  return { ...cluster, changed: new Map([...new Set(places)].map((key) => [key, now])) };
}
