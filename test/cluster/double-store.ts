import { objectPath, type Resource, resourceOf } from "../../src/cluster/resources.ts";
import { asList, asObject, asText, at, isObject, type JsonObject, own } from "../../src/model/json.ts";
import { nameOf } from "../../src/model/world.ts";

export interface StoreEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: JsonObject;
  readonly path: string;
  readonly revision: number;
}

interface Write {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
}

interface Result {
  readonly status: number;
  readonly body: JsonObject | string;
}

/** Objects with revisions like those of etcd. */
export class DoubleStore {
  revision = 1000;
  /** Events up to here are forgotten. */
  compacted = 0;
  history: StoreEvent[] = [];
  objects = new Map<string, JsonObject>();
  /** What the server says of itself, by path. */
  readonly facts = new Map<string, JsonObject>([
    ["/version", { gitVersion: "v1.33.0" }],
    ["/apis/networking.istio.io", { versions: [{ version: "v1" }] }],
  ]);
  /** When what has finalizers is deleted. */
  deletionTime = (): string => "2026-01-01T00:00:00Z";
  private uids = 0;
  private readonly snapshots = new Map<string, { readonly revision: number; readonly items: readonly JsonObject[] }>();
  private readonly tell: (event: StoreEvent) => void;

  constructor(tell: (event: StoreEvent) => void) {
    this.tell = tell;
  }

  put(object: JsonObject): JsonObject {
    return this.write(pathOf(object), object);
  }

  remove(object: JsonObject): void {
    this.drop(pathOf(object));
  }

  compact(): void {
    this.compacted = this.revision;
    this.history = [];
  }

  /** Goes back by so many revisions, as a restore of etcd does; here every one of them made an object. */
  rewind(revisions: number): void {
    this.revision -= revisions;
    this.history = this.history.filter(({ revision }) => revision <= this.revision);
    const isLost = (object: JsonObject) => Number(at(object, "metadata", "resourceVersion")) > this.revision;
    for (const [path, object] of this.objects) if (isLost(object)) this.objects.delete(path);
  }

  perform(request: Write): Result {
    const { method, path, query, body } = request;
    const known = this.objects.get(path.replace(/\/status$/, ""));
    const fact = this.facts.get(path);
    if (fact) return { status: 200, body: fact };
    if (method === "GET") return isList(path) ? this.list(path, query) : found(known);
    if (method === "POST") return this.create(path, body);
    if (!known && method !== "PATCH") return failed(404, "NotFound");
    if (isStale(known, body) && !isNew(known, request)) return failed(409, "Conflict");
    if (method === "DELETE") return { status: 200, body: this.delete(path) };
    if (method === "PUT" && path.endsWith("/status"))
      return {
        status: 200,
        body: this.write(path.replace(/\/status$/, ""), { ...known, status: own(body, "status") }),
      };
    if (method === "PUT") return { status: 200, body: this.write(path, body) };
    return { status: known ? 200 : 201, body: this.write(path, asObject(merged(known ?? {}, body))) };
  }

  private create(path: string, body: JsonObject): Result {
    if (path.endsWith("subjectaccessreviews")) return { status: 201, body: { ...body, status: { allowed: true } } };
    const key = `${path}/${nameOf(body)}`;
    return this.objects.has(key) ? failed(409, "AlreadyExists") : { status: 201, body: this.write(key, body) };
  }

  private write(path: string, object: JsonObject): JsonObject {
    const before = this.objects.get(path);
    const uid = at(before, "metadata", "uid") ?? `uid-${++this.uids}`;
    const metadata = { ...asObject(own(object, "metadata")), uid, resourceVersion: String(++this.revision) };
    const stored = { ...object, metadata };
    this.objects.set(path, stored);
    this.record({ type: before ? "MODIFIED" : "ADDED", object: stored, path, revision: this.revision });
    return stored;
  }

  /** What has finalizers stays, and is the answer. */
  private delete(path: string): JsonObject {
    const known = this.objects.get(path) ?? {};
    const metadata = asObject(own(known, "metadata"));
    if (asList(metadata["finalizers"]).length === 0) return this.drop(path);
    const isLeaving = metadata["deletionTimestamp"] !== undefined;
    return isLeaving
      ? known
      : this.write(path, { ...known, metadata: { ...metadata, deletionTimestamp: this.deletionTime() } });
  }

  private drop(path: string): JsonObject {
    const known = this.objects.get(path) ?? {};
    this.objects.delete(path);
    const metadata = { ...asObject(own(known, "metadata")), resourceVersion: String(++this.revision) };
    this.record({ type: "DELETED", object: { ...known, metadata }, path, revision: this.revision });
    return { kind: "Status", status: "Success" };
  }

  private record(event: StoreEvent): void {
    this.history.push(event);
    this.tell(event);
  }

  private list(path: string, query: URLSearchParams): Result {
    const [id = "", from = "0"] = (query.get("continue") ?? "").split("@");
    const items = [...this.objects].filter(([key]) => isIn(key, path)).map(([, object]) => object);
    const snapshot = id === "" ? { revision: this.revision, items } : this.snapshots.get(id);
    if (!snapshot || snapshot.revision < this.compacted) return failed(410, "Expired");
    const end = Number(from) + Number(query.get("limit") ?? items.length);
    const token = id === "" ? String(this.snapshots.size) : id;
    this.snapshots.set(token, snapshot);
    const next = end < snapshot.items.length ? { continue: `${token}@${end}` } : {};
    const page = snapshot.items.slice(Number(from), end).map(({ kind: _kind, apiVersion: _version, ...item }) => item);
    return { status: 200, body: { metadata: { resourceVersion: String(snapshot.revision), ...next }, items: page } };
  }
}

const isList = (path: string): boolean => path.split("/").length % 2 === (path.startsWith("/apis/") ? 1 : 0);
const isIn = (key: string, collection: string): boolean =>
  key.startsWith(`${collection}/`) || key.replace(/\/namespaces\/[^/]+/, "").startsWith(`${collection}/`);

const failed = (code: number, reason: string): Result => ({
  status: code,
  body: { kind: "Status", status: "Failure", code, reason, message: reason },
});
const found = (object: JsonObject | undefined): Result =>
  object ? { status: 200, body: object } : failed(404, "NotFound");

/** A write on the condition of a revision or uid that is no longer so. */
function isStale(known: JsonObject | undefined, body: JsonObject): boolean {
  const stated = [
    [at(body, "metadata", "resourceVersion"), "resourceVersion"],
    [at(body, "preconditions", "resourceVersion"), "resourceVersion"],
    [at(body, "preconditions", "uid"), "uid"],
  ] as const;
  return stated.some(([wanted, field]) => wanted !== undefined && wanted !== at(known, "metadata", field));
}

/** An object that is applied and does not exist is made, whatever revision is stated; with a uid it would be another one. */
const isNew = (known: JsonObject | undefined, { method, body }: Write): boolean =>
  method === "PATCH" && known === undefined && at(body, "metadata", "uid") === undefined;

/** Fields of others stay. */
function merged(before: unknown, after: unknown): unknown {
  if (!isObject(before) || !isObject(after)) return after;
  const members = Object.entries(after).map(([key, value]) => [key, merged(own(before, key), value)]);
  return { ...before, ...Object.fromEntries(members) };
}

const pathOf = (object: JsonObject): string => {
  const resource: Resource = resourceOf(object);
  return objectPath(resource, asText(at(object, "metadata", "namespace")) ?? "", nameOf(object));
};
