import type { Api } from "../cluster/api.ts";
import { type Clock, systemClock } from "../cluster/clock.ts";
import { forRules, withoutNoise } from "../cluster/project.ts";
import { type ResourceKind, resources } from "../cluster/resources.ts";
import { type Change, type KindWatch, type WatchState, watchKind } from "../cluster/watch.ts";
import { readApplication } from "../model/application.ts";
import { derivedNames } from "../model/derived.ts";
import { asList, asObject, at, type JsonObject, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, kinds, labelOf, nameOf, objectStore, type World } from "../model/world.ts";

export interface CachesOptions {
  readonly api: Api;
  /** Something of an Application, or about it, changed; the key is `<namespace>/<name>`. */
  onChange(key: string): void;
  /** The API server has lost what it had told of a kind. */
  onRewind(): void;
  onFault(error: unknown): void;
  readonly clock?: Clock;
}

/** What rules look at, and what else belongs to Applications. */
const watched: readonly ResourceKind[] = [
  ...(Object.keys(kinds) as (keyof typeof kinds)[]).filter((kind) => kind !== "SubjectAccessReview"),
  "ApplicationRevision",
  "ResourceTracker",
  "EndpointSlice",
  "Pod",
];
/** Of these only what carries the label of an Application is read: there are too many others. */
const labelledOnly: readonly ResourceKind[] = ["Pod", "EndpointSlice", "ApplicationRevision", "ResourceTracker"];

/** The cluster as far as anything is decided on it, some milliseconds ago. What is derived from an Application is whole. */
export class Caches {
  readonly world: World;
  private readonly store = objectStore();
  private readonly watches: ReadonlyMap<ResourceKind, KindWatch>;
  /** Objects by Application and kind/name. */
  private readonly byApplication = new Map<string, Map<string, KubeObject>>();
  private readonly options: CachesOptions;

  constructor(options: CachesOptions) {
    this.options = options;
    this.world = this.store.world;
    this.watches = new Map(watched.map((kind) => [kind, this.watch(kind)]));
  }

  /** How each watch is. */
  *states(): Generator<WatchState> {
    for (const { state } of this.watches.values()) yield state;
  }

  /** Every Application, also one that is gone and has left something behind. */
  keys(): ReadonlySet<string> {
    const applications = [...(this.watches.get("Application")?.objects() ?? [])].map(keyOf);
    return new Set([...applications, ...this.byApplication.keys()]);
  }

  /** Everything that carries the labels of an Application, pods and their endpoints included. */
  labelled(key: string): readonly KubeObject[] {
    return [...(this.byApplication.get(key)?.values() ?? [])];
  }

  /** Objects of others that stand where an Application will have its own. */
  inTheWay(application: KubeObject): readonly KubeObject[] {
    const app = readApplication(application);
    return app.components
      .flatMap((component) => derivedNames(app, component))
      .map(({ kind, name }) => this.watches.get(kind)?.get(app.namespace, name))
      .filter((object) => object !== undefined)
      .filter((object) => labelOf(object, names.app) !== app.name);
  }

  learn(object: KubeObject): void {
    this.watches.get(kindOf(object))?.learn(object);
  }

  /** Takes in the answer to a deletion: what is left of the object until its finalizers are taken away. */
  removed(object: KubeObject, left: KubeObject | undefined): void {
    if (left) this.learn(left);
    else this.watches.get(kindOf(object))?.forget(object);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.watches.values()].map((watch) => watch.stop()));
  }

  private watch(kind: ResourceKind): KindWatch {
    const { api, onFault, clock = systemClock } = this.options;
    return watchKind({
      api,
      resource: resources[kind],
      ...(labelledOnly.includes(kind) ? { labelSelector: names.app } : {}),
      project: (object) => projected(kind, object),
      onChange: (change) => this.take(kind, change),
      onRewind: () => this.options.onRewind(),
      onFault,
      clock,
    });
  }

  private take(kind: ResourceKind, { before, after }: Change): void {
    if (Object.hasOwn(kinds, kind)) {
      if (after) this.store.put(after);
      else if (before) this.store.drop(before);
    }
    if (kind === "Application") {
      this.options.onChange(keyOf(after ?? before ?? {}));
      return;
    }
    if (before) this.assign(kind, before, undefined);
    if (after) this.assign(kind, after, after);
  }

  private assign(kind: ResourceKind, whose: KubeObject, object: KubeObject | undefined): void {
    const key = applicationOf(whose);
    if (key === undefined) return;
    const objects = this.byApplication.get(key) ?? new Map<string, KubeObject>();
    const place = `${kind}/${nameOf(whose)}`;
    if (object) objects.set(place, object);
    else objects.delete(place);
    if (objects.size > 0) this.byApplication.set(key, objects);
    else this.byApplication.delete(key);
    this.options.onChange(key);
  }
}

const kindOf = (object: KubeObject): ResourceKind => String(object["kind"]) as ResourceKind;

export const keyOf = (object: KubeObject): string =>
  `${String(at(object, "metadata", "namespace") ?? "")}/${nameOf(object)}`;

/** The Application that an object says to belong to; of another namespace only where it has none itself. */
function applicationOf(object: KubeObject): string | undefined {
  const name = labelOf(object, names.app);
  const namespace = at(object, "metadata", "namespace") ?? labelOf(object, names.appNamespace);
  return name === undefined || namespace === undefined ? undefined : `${String(namespace)}/${name}`;
}

/** An Application is read when it is reconciled, and only then whole. */
function projected(kind: ResourceKind, object: KubeObject): KubeObject {
  if (kind === "Pod") return bare(object, {});
  if (kind === "EndpointSlice") return bare(object, { endpoints: asList(own(object, "endpoints")).map(endpoint) });
  return kind === "Application" || labelOf(object, names.app) === undefined ? forRules(object) : withoutNoise(object);
}

function bare(object: KubeObject, more: JsonObject): KubeObject {
  const { name, namespace, uid, labels } = asObject(own(object, "metadata"));
  const { apiVersion, kind } = object;
  return { apiVersion, kind, metadata: { name, namespace, uid, labels }, ...more };
}

const endpoint = (value: unknown): JsonObject => ({
  conditions: own(value, "conditions"),
  targetRef: own(value, "targetRef"),
});
