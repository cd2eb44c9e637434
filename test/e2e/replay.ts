import type { ResourceKind } from "../../src/cluster/resources.ts";
import { asText, at } from "../../src/model/json.ts";
import { type KubeObject, nameOf } from "../../src/model/world.ts";

/** A revision of an object as etcd has stored it. Revisions count over all kinds, so they order everything. */
export interface Stored {
  readonly revision: number;
  /** When this process heard of it, in milliseconds since 1970. */
  readonly at: number;
  readonly kind: ResourceKind;
  readonly isDeleted: boolean;
  /** Whether it was there before the history began. */
  readonly isFirst?: boolean;
  readonly object: KubeObject;
}

export const namespaceIn = (object: KubeObject): string => asText(at(object, "metadata", "namespace")) ?? "";
const placeOf = ({ kind, object }: Stored): string => `${kind}/${namespaceIn(object)}/${nameOf(object)}`;

/** The cluster at one revision. */
export class Replay {
  private readonly objects = new Map<string, Stored>();

  take(stored: Stored): void {
    if (stored.isDeleted) this.objects.delete(placeOf(stored));
    else this.objects.set(placeOf(stored), stored);
  }

  get(kind: ResourceKind, namespace: string, name: string): KubeObject | undefined {
    return this.objects.get(`${kind}/${namespace}/${name}`)?.object;
  }

  in(namespace: string, ...kinds: readonly ResourceKind[]): KubeObject[] {
    return [...this.objects.values()]
      .filter(({ kind, object }) => kinds.includes(kind) && namespaceIn(object) === namespace)
      .map(({ object }) => object);
  }

  /** In all namespaces. */
  every(kind: ResourceKind): KubeObject[] {
    return [...this.objects.values()].filter((stored) => stored.kind === kind).map(({ object }) => object);
  }

  /** What is there, as `kind/namespace/name` with its revision. */
  get revisions(): ReadonlyMap<string, number> {
    return new Map([...this.objects].map(([place, { revision }]) => [place, revision]));
  }
}
