import { parseApplication } from "./application.ts";
import { asList, asText, at, type Json, type JsonObject, own } from "./json.ts";
import { names } from "./names.ts";
import { gatewayRoutes } from "./routes.ts";

/** A Kubernetes object, raw. */
export type KubeObject = JsonObject;

/** The kinds that rules look at, with the API group that each belongs to. */
export const kinds = {
  Application: "core.oam.dev",
  ControllerRevision: "apps",
  ComponentRollout: "rollguard.dev",
  Deployment: "apps",
  Service: "",
  Job: "batch",
  CronJob: "batch",
  HorizontalPodAutoscaler: "autoscaling",
  Gateway: "networking.istio.io",
  VirtualService: "networking.istio.io",
  DestinationRule: "networking.istio.io",
  Namespace: "",
  CustomResourceDefinition: "apiextensions.k8s.io",
  ValidatingWebhookConfiguration: "admissionregistration.k8s.io",
  /** What the requester may do for the Application of that name: a fact about one request, stored nowhere. */
  SubjectAccessReview: "authorization.k8s.io",
} as const;
export type Kind = keyof typeof kinds;

/** Indexes over those kinds, so that no look-up depends on how many objects there are. */
export const indexes = {
  "Application by component": {
    kind: "Application",
    keys: (object) =>
      parseApplication(object).components.map((component) => `${namespaceOf(object)}/${component.name}`),
  },
  "Application by gateway route": {
    kind: "Application",
    keys: (object) => gatewayRoutes(parseApplication(object)).map((route) => route.key),
  },
  "ControllerRevision by component": {
    kind: "ControllerRevision",
    keys: (object) => labelled(object, names.component),
  },
  "VirtualService by host": {
    kind: "VirtualService",
    keys: (object) => hosts(object, asList(at(object, "spec", "hosts"))),
  },
  "DestinationRule by host": { kind: "DestinationRule", keys: (object) => hosts(object, [at(object, "spec", "host")]) },
  "ValidatingWebhookConfiguration by webhook": {
    kind: "ValidatingWebhookConfiguration",
    keys: (object) => asList(at(object, "webhooks")).flatMap((webhook) => asText(at(webhook, "name")) ?? []),
  },
} as const satisfies Record<string, { kind: Kind; keys: (object: KubeObject) => readonly string[] }>;
export type Index = keyof typeof indexes;

export type Lookup = Kind | Index;

/**
 * What rules may look up: built from files offline, from warm caches in a cluster. `K` are the look-ups that a rule
 * declared, so that an undeclared one does not compile.
 */
export interface World<K extends Lookup = Lookup> {
  /** The object of that kind, namespace ("" for cluster-scoped kinds) and name. */
  get(kind: K & Kind, namespace: string, name: string): KubeObject | undefined;
  /** The objects under a key of an index. */
  find(index: K & Index, key: string): readonly KubeObject[];
}

/** Objects in memory, indexed as they come and go. */
export interface ObjectStore {
  readonly world: World;
  /** Takes an object in; one of the same kind, namespace and name goes. Other kinds than rules look at are left out. */
  put(object: KubeObject): void;
  drop(object: KubeObject): void;
}

export function objectStore(): ObjectStore {
  const byName = new Map<string, KubeObject>();
  /** Names, not objects: so an object of which nothing but the status changes stays where it is. Most keys have one name. */
  const byIndex = new Map<string, string | Set<string>>();
  const under = (key: string): readonly string[] => {
    const held = byIndex.get(key) ?? [];
    return typeof held === "string" ? [held] : [...held];
  };
  const link = (name: string, key: string): void => {
    const held = byIndex.get(key);
    if (held === undefined) byIndex.set(key, name);
    else if (typeof held === "string") byIndex.set(key, new Set([held, name]));
    else held.add(name);
  };
  const unlink = (name: string, key: string): void => {
    const held = byIndex.get(key);
    if (typeof held === "object") held.delete(name);
    if (held === name || (typeof held === "object" && held.size === 0)) byIndex.delete(key);
  };
  const drop = (object: KubeObject): void => {
    const kind = kindOf(object);
    const key = kind && keyOf(kind, namespaceOf(object), nameOf(object));
    const known = key && byName.get(key);
    if (!known) return;
    byName.delete(key);
    for (const indexKey of indexKeys(kind, known)) unlink(key, indexKey);
  };
  const put = (object: KubeObject): void => {
    const kind = kindOf(object);
    if (!kind) return;
    const name = keyOf(kind, namespaceOf(object), nameOf(object));
    const known = byName.get(name);
    const [before, after] =
      known && isAlike(known, object) ? [[], []] : [known ? indexKeys(kind, known) : [], indexKeys(kind, object)];
    byName.set(name, object);
    for (const key of before) unlink(name, key);
    for (const key of after) link(name, key);
  };
  const world: World = {
    get: (kind, namespace, name) => byName.get(keyOf(kind, namespace, name)),
    find: (index, key) =>
      under(`${index}\n${key}`)
        .map((name) => byName.get(name))
        .filter((object) => object !== undefined),
  };
  return { world, put, drop };
}

/** Whether nothing but the status is another, as on paper: then the keys are the same. */
const isAlike = (one: KubeObject, other: KubeObject): boolean =>
  one["spec"] === other["spec"] && one["metadata"] === other["metadata"];

const indexesOf = new Map(
  Object.keys(kinds).map((kind) => [kind, Object.entries(indexes).filter(([, of]) => of.kind === kind)]),
);

const indexKeys = (kind: Kind, object: KubeObject): readonly string[] =>
  (indexesOf.get(kind) ?? []).flatMap(([index, of]) => of.keys(object).map((key) => `${index}\n${key}`));

/** A world of these objects. Where two share kind, namespace and name, the later one is it. */
export function worldOf(objects: Iterable<KubeObject>): World {
  const store = objectStore();
  for (const object of objects) store.put(object);
  return store.world;
}

/** The kind of an object that rules look at; undefined for any other. */
export function kindOf(object: KubeObject): Kind | undefined {
  const { kind, apiVersion } = object;
  if (typeof kind !== "string" || typeof apiVersion !== "string" || !Object.hasOwn(kinds, kind)) return undefined;
  const group = kinds[kind as Kind];
  const end = Math.max(apiVersion.lastIndexOf("/"), 0);
  return group.length === end && apiVersion.startsWith(group) ? (kind as Kind) : undefined;
}

const clusterScoped: readonly Kind[] = ["Namespace", "CustomResourceDefinition", "ValidatingWebhookConfiguration"];

export const nameOf = (object: KubeObject): string => asText(own(own(object, "metadata"), "name")) ?? "";

/** The namespace of an object: "" for a cluster-scoped kind, `default` where none is given, as kubectl has it. */
export function namespaceOf(object: KubeObject): string {
  const kind = kindOf(object);
  return kind && clusterScoped.includes(kind) ? "" : asText(own(own(object, "metadata"), "namespace")) || "default";
}

export const labelOf = (object: KubeObject, label: string): string | undefined =>
  asText(own(own(own(object, "metadata"), "labels"), label));

const keyOf = (kind: Kind, namespace: string, name: string): string => `${kind}\n${namespace}\n${name}`;

const labelled = (object: KubeObject, label: string): string[] => {
  const value = labelOf(object, label);
  return value === undefined ? [] : [`${namespaceOf(object)}/${value}`];
};

/** Hosts as fully qualified as Istio resolves them: a short name belongs to the namespace of the object. */
const hosts = (object: KubeObject, listed: readonly (Json | undefined)[]): string[] =>
  listed.flatMap((host) => (asText(host) === undefined ? [] : qualifiedHost(asText(host) ?? "", namespaceOf(object))));

export const qualifiedHost = (host: string, namespace: string): string =>
  host.includes(".") || host === "*" ? host : `${host}.${namespace}.svc.cluster.local`;
