import type { Application, Component } from "../model/application.ts";
import { type JsonObject, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { isEmpty, patched, type TextPatch } from "./properties.ts";

/** Whose objects are rendered, and how long its pods outlive their removal from the routes. */
export interface Owner {
  readonly app: Application;
  /** Unknown offline: then there is nothing that an owner reference could point to. */
  readonly uid: string | undefined;
  readonly settleSeconds: number;
}

/** Whether two owners render the same: status is no part of what they say. */
const rendersLike = (a: Owner, b: Owner): boolean =>
  a.uid === b.uid &&
  a.settleSeconds === b.settleSeconds &&
  own(a.app.raw, "metadata") === own(b.app.raw, "metadata") &&
  own(a.app.raw, "spec") === own(b.app.raw, "spec");

const areSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((detail, i) => detail === b[i]);

/** A rendering that is done once for a component, as long as its owner renders the same and the details are the same. */
export function onceFor<Details extends readonly unknown[], T>(
  render: (component: Component, owner: Owner, ...details: Details) => T,
): (component: Component, owner: Owner, ...details: Details) => T {
  const memo = new WeakMap<Component, { readonly owner: Owner; readonly details: Details; readonly rendered: T }>();
  return (component, owner, ...details) => {
    const known = memo.get(component);
    if (known && rendersLike(known.owner, owner) && areSame(known.details, details)) return known.rendered;
    const rendered = render(component, owner, ...details);
    memo.set(component, { owner, details, rendered });
    return rendered;
  };
}

export interface More {
  readonly labels?: TextPatch;
  readonly annotations?: TextPatch;
}

/**
 * Metadata of a derived object as KubeVela sets it (kubevela/kubevela: pkg/appfile/appfile.go, SetOAMContract), without
 * the labels of the ApplicationRevision: they would rewrite every object at every apply.
 */
export function metadata(owner: Owner, component: Component | undefined, name: string, more: More = {}): JsonObject {
  const { app, uid } = owner;
  const annotations = patched(more.annotations ?? {});
  return {
    name,
    namespace: app.namespace,
    labels: patched(inheritedLabels(app), more.labels ?? {}, {
      [names.app]: app.name,
      [names.appNamespace]: app.namespace,
      ...(component ? { [names.component]: component.name } : {}),
    }),
    ...(isEmpty(annotations) ? {} : { annotations }),
    ...(uid === undefined ? {} : { ownerReferences: [ownerReference(app, uid)] }),
  };
}

const ownerReference = (app: Application, uid: string): JsonObject => ({
  apiVersion: "core.oam.dev/v1beta1",
  kind: "Application",
  name: app.name,
  uid,
  controller: true,
  blockOwnerDeletion: true,
});

/** Prefixes of labels by which derived objects are told apart. On an Application they say something about it alone. */
const reserved = ["app.oam.dev/", "workload.oam.dev/", "trait.oam.dev/", "oam.dev/", names.prefix, names.pause];

/** Labels that an Application hands on; its annotation can keep some back (kubevela/kubevela: pkg/oam/labels.go). */
function inheritedLabels(app: Application): Readonly<Record<string, string>> {
  const kept = (app.annotations["filter.oam.dev/label-keys"] ?? "").split(",").map((key) => key.trim());
  return Object.fromEntries(
    Object.entries(app.labels).filter(
      ([key]) => !kept.includes(key) && !reserved.some((prefix) => key.startsWith(prefix)),
    ),
  );
}

/** Labels of the object that runs a component. */
export const workloadLabels = (type: string): TextPatch => ({
  "app.oam.dev/resourceType": "WORKLOAD",
  "workload.oam.dev/type": type,
});

/** Labels of an object that stands beside it. */
export const traitLabels = (type: string): TextPatch => ({
  "app.oam.dev/resourceType": "TRAIT",
  "trait.oam.dev/type": type,
});
