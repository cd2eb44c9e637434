import { isLeaving } from "../model/deletion.ts";
import { asObject, asText, at, type JsonObject } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, nameOf } from "../model/world.ts";
import { type Api, ApiError, type ApiRequest } from "./api.ts";
import { collectionPath, objectPath, type Resource, resourceOf, withQuery } from "./resources.ts";

/** Leases do not wait behind other writes. */
export type WriteOptions = Pick<ApiRequest, "deadline" | "signal" | "isUrgent">;

const manager = { fieldManager: names.controller };

/** A revision that no object has, etcd itself begins with it: applied with it, what is absent is made, and what exists is a conflict. */
const absent = { resourceVersion: "1" };

/**
 * Server-side apply of the whole object as it is to be, on the condition that what is stored is what was `seen`: that
 * revision, or nothing at all. Fields of others stay; a field that we state is ours, whoever had it. The answer is what is
 * stored then. Throws an ApiError that `isConflict` where somebody wrote in between.
 */
export function apply(
  api: Api,
  object: KubeObject,
  seen: KubeObject | undefined,
  options: WriteOptions = {},
): Promise<KubeObject> {
  const { managedFields: _fields, ...metadata } = asObject(at(object, "metadata"));
  // With the revision alone, an object that has gone in between would be made anew.
  const condition = seen === undefined ? absent : { resourceVersion: revisionOf(seen), uid: required(seen, "uid") };
  return api.call({
    ...options,
    method: "PATCH",
    path: withQuery(pathOf(object), { ...manager, force: "true" }),
    contentType: "application/apply-patch+yaml",
    body: { ...object, metadata: { ...metadata, ...condition } },
  });
}

/** Makes an object that nobody applies later; a conflict where it exists. */
export function create(api: Api, object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
  const path = withQuery(collectionPath(resourceOf(object), namespaceOf(object)), manager);
  return api.call({ ...options, method: "POST", path, body: object });
}

/** Puts an object that is all ours in the place of its revision; a conflict where that is no longer the latest. */
export function replace(api: Api, object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
  revisionOf(object);
  return api.call({ ...options, method: "PUT", path: withQuery(pathOf(object), manager), body: object });
}

/** The same for the status of an object, whoever has the rest of it: a command that landed in between is not lost. */
export function replaceStatus(api: Api, object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
  revisionOf(object);
  return api.call({ ...options, method: "PUT", path: withQuery(pathOf(object, "status"), manager), body: object });
}

/** Changes members of the object that was seen (a JSON merge patch: null removes one); a conflict where it has changed. */
export function change(
  api: Api,
  seen: KubeObject,
  { metadata, ...members }: JsonObject,
  options: WriteOptions & { readonly subResource?: string } = {},
): Promise<KubeObject> {
  const { subResource, ...rest } = options;
  return api.call({
    ...rest,
    method: "PATCH",
    path: withQuery(pathOf(seen, subResource), manager),
    contentType: "application/merge-patch+json",
    body: { ...members, metadata: { ...asObject(metadata), resourceVersion: revisionOf(seen) } },
  });
}

/**
 * Deletes the object as it was seen, and what it owns after it; a conflict where somebody wrote in between, or another one has
 * taken its name: what has been given pods again meanwhile stays. One that has gone is as it should be. The answer is the object where it stays until its finalizers are taken away: some that are
 * gone are answered with too, as they were.
 */
export async function remove(api: Api, seen: KubeObject, options: WriteOptions = {}): Promise<KubeObject | undefined> {
  const preconditions = { uid: required(seen, "uid"), resourceVersion: revisionOf(seen) };
  const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background", preconditions };
  try {
    const answer = await api.call({ ...options, method: "DELETE", path: pathOf(seen), body });
    return isLeaving(answer) ? answer : undefined;
  } catch (error) {
    if (!(error instanceof ApiError) || !error.isNotFound) throw error;
    return undefined;
  }
}

/** An object as it is now; undefined where there is none. The namespace is "" for a cluster-scoped kind. */
export async function read(
  api: Api,
  resource: Resource,
  namespace: string,
  name: string,
  options: WriteOptions = {},
): Promise<KubeObject | undefined> {
  try {
    return await api.call({ ...options, path: objectPath(resource, namespace, name) });
  } catch (error) {
    if (error instanceof ApiError && error.isNotFound) return undefined;
    throw error;
  }
}

const namespaceOf = (object: KubeObject): string => asText(at(object, "metadata", "namespace")) ?? "";

const pathOf = (object: KubeObject, subResource?: string): string =>
  objectPath(resourceOf(object), namespaceOf(object), nameOf(object), subResource);

const revisionOf = (object: KubeObject): string => required(object, "resourceVersion");

/** Without it a write would be on no condition: a mistake of ours. */
function required(object: KubeObject, field: "uid" | "resourceVersion"): string {
  const value = asText(at(object, "metadata", field));
  if (value === undefined)
    throw new Error(`${String(object["kind"])} ${nameOf(object)} was not read: it has no ${field}`);
  return value;
}
