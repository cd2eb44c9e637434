import { asInteger, asObject, at, equal, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { remembered } from "../model/remembered.ts";
import { groupsOf } from "../model/repeats.ts";
import { type KubeObject, kindOf, labelOf, nameOf, namespaceOf } from "../model/world.ts";
import type { Action, Observed } from "../rollout/observed.ts";
import { epoch } from "./clock.ts";
import { agesOf, type Held, noteChange, noteRemoval } from "./paper-ages.ts";
import { deploymentStatus, type Nature, nextChange, noPods, type Pods, readyPods, scaled } from "./pods.ts";

/** A cluster in memory: objects as the API server would keep them, and pods that become ready when they are told to. */
export interface PaperCluster {
  readonly objects: ReadonlyMap<string, KubeObject>;
  /** By the key of the Deployment. */
  readonly pods: ReadonlyMap<string, Pods>;
  /** When what a component has was last written or removed, by `<namespace>/<component>/<what>`. */
  readonly changed: ReadonlyMap<string, number>;
  readonly nature: Nature & {
    readonly settleSeconds: number;
    readonly meshConfirms: boolean;
    readonly meshLag: number;
  };
}

export const emptyCluster = (nature: PaperCluster["nature"]): PaperCluster => ({
  objects: new Map(),
  pods: new Map(),
  changed: new Map(),
  nature,
});

export const keyOf = (object: KubeObject): string =>
  `${String(object["kind"])}/${namespaceOf(object)}/${nameOf(object)}`;

/** What a write of ours, or of a user, makes of the cluster. */
export function written(cluster: PaperCluster, object: KubeObject, now: number): PaperCluster {
  const key = keyOf(object);
  const before = cluster.objects.get(key);
  const isChanged = !before || !equal(own(before, "spec"), own(object, "spec"));
  const generation = (asInteger(at(before, "metadata", "generation")) ?? 0) + (isChanged ? 1 : 0);
  const uid = at(before, "metadata", "uid") ?? key;
  const metadata = { ...asObject(own(object, "metadata")), namespace: namespaceOf(object), uid, generation };
  const known = asObject(own(before, "metadata"));
  const stored: KubeObject = {
    ...(before && "status" in before && !("status" in object) ? { status: before["status"] } : {}),
    ...object,
    metadata: equal(known, metadata) ? known : metadata,
  };
  const next = { ...cluster, objects: new Map(cluster.objects).set(key, stored) };
  const noted = isChanged ? noteChange(next, before, stored, now) : next;
  return kindOf(stored) === "Deployment" ? withPods(noted, stored, now) : noted;
}

function withPods(cluster: PaperCluster, deployment: KubeObject, now: number): PaperCluster {
  const key = keyOf(deployment);
  const replicas = asInteger(at(deployment, "spec", "replicas")) ?? 1;
  const before = cluster.pods.get(key) ?? noPods(now);
  const pods = scaled(before, replicas, nameOf(deployment), now, cluster.nature);
  const fewer = pods.readyAt.length < before.readyAt.length;
  const next = { ...cluster, pods: new Map(cluster.pods).set(key, pods) };
  return fewer ? noteRemoval(next, deployment, now) : next;
}

/** An object goes, and with it, where it is a Deployment, its pods. No proxy ever knew of a record of a revision. */
export function removed(cluster: PaperCluster, object: KubeObject, now: number): PaperCluster {
  const objects = new Map(cluster.objects);
  const pods = new Map(cluster.pods);
  objects.delete(keyOf(object));
  pods.delete(keyOf(object));
  const next = { ...cluster, objects, pods };
  return kindOf(object) === "ControllerRevision" ? next : noteRemoval(next, object, now);
}

/** What an action makes of the cluster: the paper twin of the one that writes to the API server. */
export function performed(cluster: PaperCluster, action: Action, app: KubeObject, now: number): PaperCluster {
  switch (action.do) {
    case "apply":
      return written(cluster, action.object, now);
    case "remove":
      return removed(cluster, action.object, now);
    case "write-status":
      return written(cluster, { ...(cluster.objects.get(keyOf(app)) ?? app), status: action.status }, now);
  }
}

const ownerOf = (namespace: string, app: string | undefined): string => `${namespace}/${app ?? ""}`;

/** For what, and for which component of it, an object is there. */
const purposeOf = remembered((object: KubeObject) => ({
  owner: ownerOf(namespaceOf(object), labelOf(object, names.app)),
  component: labelOf(object, names.component),
}));

const shown = new WeakMap<KubeObject, { readonly pods: Pods; readonly now: number; readonly after: KubeObject }>();

/** A Deployment with the status of its pods: the same object as before where it is the same, so what was read of it holds. */
function withStatus(deployment: KubeObject, pods: Pods, now: number): KubeObject {
  const before = shown.get(deployment);
  if (before?.pods === pods && before.now === now) return before.after;
  const status = deploymentStatus(pods, deployment, now);
  const after = before && equal(own(before.after, "status"), status) ? before.after : { ...deployment, status };
  shown.set(deployment, { pods, now, after });
  return after;
}

/** What the controller would see of an Application now. */
export function observed(cluster: PaperCluster, app: KubeObject, now: number): Observed {
  const ours = ownerOf(namespaceOf(app), nameOf(app));
  const derived: Held[] = [...cluster.objects]
    .filter(([, object]) => purposeOf(object).owner === ours)
    .map(([key, object]) => ({ object, pods: cluster.pods.get(key) }));
  const objects = derived.map(({ object, pods }) => (pods ? withStatus(object, pods, now) : object));
  const ready = derived.flatMap(({ object, pods }) => (pods ? [[nameOf(object), readyPods(pods, now)] as const] : []));
  const ages = [...groupsOf(derived, ({ object }) => purposeOf(object).component)].map(
    ([component, its]) => [component, agesOf(cluster, `${namespaceOf(app)}/${component}`, its, now)] as const,
  );
  return {
    now: epoch + now,
    settleSeconds: cluster.nature.settleSeconds,
    app,
    objects,
    ready: Object.fromEntries(ready),
    ages: Object.fromEntries(ages),
  };
}

const latest = new WeakMap<PaperCluster, { readonly key: string; readonly now: number; readonly seen: Observed }>();

/** The same for the Application with that key, looked up once while neither the cluster nor the time goes on. */
export function latestObserved(cluster: PaperCluster, key: string, now: number): Observed {
  const before = latest.get(cluster);
  if (before?.key === key && before.now === now) return before.seen;
  const seen = observed(cluster, cluster.objects.get(key) ?? {}, now);
  latest.set(cluster, { key, now, seen });
  return seen;
}

/** When something changes by itself next; unbounded where nothing does. */
export function nextEvent(cluster: PaperCluster, now: number): number {
  const times = [...cluster.pods].map(([key, pods]) => nextChange(pods, cluster.objects.get(key) ?? {}, now));
  return Math.min(Number.POSITIVE_INFINITY, ...times);
}

/** When to plan again: at the next event, or where the plan waits for a time, then or when the mesh confirms before it. */
export function dueTime(cluster: PaperCluster, now: number, wakeIn: number | undefined): number {
  const event = nextEvent(cluster, now);
  return wakeIn === undefined ? event : Math.min(event, now + wakeIn, ...confirmations(cluster, now));
}

/** When the mesh confirms what was written last. */
function confirmations({ changed, nature }: PaperCluster, now: number): readonly number[] {
  if (!nature.meshConfirms) return [];
  return [...changed.values()].map((time) => time + nature.meshLag).filter((time) => time > now);
}

export const applicationsOf = (cluster: PaperCluster): readonly KubeObject[] =>
  [...cluster.objects.values()].filter((object) => kindOf(object) === "Application");

/** A change of the pods of every Deployment of that name, in whatever namespace. */
export function withPodsOf(cluster: PaperCluster, revision: string, change: (pods: Pods) => Pods): PaperCluster {
  const pods = new Map(
    [...cluster.pods].map(([key, value]) => [key, key.endsWith(`/${revision}`) ? change(value) : value]),
  );
  return { ...cluster, pods };
}
