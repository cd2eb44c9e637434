import { setImmediate } from "node:timers/promises";
import { asList, asObject, asText, at, type JsonObject, own } from "../model/json.ts";
import type { KubeObject } from "../model/world.ts";
import { type Api, errorOf } from "./api.ts";
import { withoutNoise } from "./project.ts";
import { apiVersionOf, collectionPath, type Resource, withQuery } from "./resources.ts";
import type { Arrival } from "./watch-cache.ts";

/** Which objects of a resource are read, and what is kept of each. */
export interface Selection {
  readonly api: Api;
  readonly resource: Resource;
  /** All namespaces where none is given. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** What is kept of an object: everything but its history, unless said otherwise. */
  readonly project?: (object: KubeObject) => KubeObject;
}

/** All objects at one moment, by key. */
export interface Listing {
  readonly arrivals: ReadonlyMap<string, Arrival>;
  readonly revision: string;
}

const pageSize = 500;
const deadline = 60_000;

/** Reads page by page. It is complete or it throws: part of a list says nothing about what is not in it. */
export async function list(selection: Selection, signal: AbortSignal, onPage: () => void): Promise<Listing> {
  const arrivals = new Map<string, Arrival>();
  let revision = "";
  let token: string | undefined;
  do {
    const page = await readPage(selection, { limit: pageSize, continue: token }, signal);
    onPage();
    for (const item of asList(own(page, "items"))) {
      const arrival = arrivalOf(selection, asObject(item));
      arrivals.set(arrival.key, arrival);
    }
    revision = asText(at(page, "metadata", "resourceVersion")) ?? "";
    token = asText(at(page, "metadata", "continue")) || undefined;
    await pause(signal);
  } while (token !== undefined);
  return { arrivals, revision };
}

/** The objects as they are now, read from etcd and not from a cache that may be behind. */
export async function listNow(selection: Selection, signal = new AbortController().signal): Promise<KubeObject[]> {
  const { arrivals } = await list(selection, signal, () => {});
  return [...arrivals.values()].map(({ object }) => object);
}

/** The revision of the server now, for the price of one object. */
export async function currentRevision(selection: Selection, signal: AbortSignal): Promise<string> {
  const page = await readPage(selection, { limit: 1 }, signal);
  return asText(at(page, "metadata", "resourceVersion")) ?? "";
}

async function readPage(
  selection: Selection,
  parameters: Readonly<Record<string, string | number | undefined>>,
  signal: AbortSignal,
): Promise<KubeObject> {
  const page = await selection.api.call({ path: selectionPath(selection, parameters), deadline, signal });
  if (!Array.isArray(own(page, "items"))) throw errorOf(200, page);
  return page;
}

/** Lets others have their turn. */
export async function pause(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}

/** Items of a list do not say what they are. */
export function arrivalOf({ resource, project = withoutNoise }: Selection, item: JsonObject): Arrival {
  const object = { apiVersion: apiVersionOf(resource), kind: resource.kind, ...item };
  const text = (key: string) => asText(at(object, "metadata", key)) ?? "";
  return {
    key: `${text("namespace")}/${text("name")}`,
    uid: text("uid"),
    revision: text("resourceVersion"),
    object: project(object),
  };
}

export function selectionPath(
  { resource, namespace, labelSelector, fieldSelector }: Selection,
  parameters: Readonly<Record<string, string | number | undefined>>,
): string {
  return withQuery(collectionPath(resource, namespace), { labelSelector, fieldSelector, ...parameters });
}
