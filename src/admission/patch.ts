import jsonPatch, { type Operation as AnyOperation } from "fast-json-patch";
import type { Operation } from "../model/admission.ts";
import type { Change } from "../model/change.ts";
import { asList, asObject, equal, isObject, type Json, type JsonObject, own } from "../model/json.ts";
import type { World } from "../model/world.ts";
import { mutations } from "../mutations/index.ts";
import type { Addition } from "../mutations/mutation.ts";
import { isTerminating, outsized } from "./judge.ts";

export interface Mutated {
  readonly object: JsonObject;
  readonly patch: readonly Operation[];
}

/**
 * The object with all mutations applied, and the JSON Patch that makes it. The patch is applied to the received object
 * here, by another implementation: one that does not apply fails the request even under `failurePolicy: Ignore`
 * (kubernetes/apiserver: pkg/admission/plugin/webhook/mutating/dispatcher.go).
 */
export function mutated(change: Change, world: World): Mutated {
  const received = change.app.raw;
  const named =
    isTerminating(change) || outsized(change).length > 0
      ? []
      : mutations.flatMap((mutation) => [...mutation.additions(change.app, world)]);
  const additions = named.filter((addition) => isVacant(received, addition.path, addition.overEmpty === true));
  const object = additions.reduce<Json>(
    (value, addition) => added(value, addition.path, addition.value),
    received,
  ) as JsonObject;
  const patch = operations(received, additions);
  if (patch.length > 0) verify(received, patch, object);
  return { object, patch };
}

/** Whether nothing stands at `path`, and nothing of another type on the way to it. */
function isVacant(value: Json | undefined, path: readonly (string | number)[], overEmpty: boolean): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return value === undefined || (overEmpty && value === "");
  const inner = typeof key === "number" ? asList(value)[key] : own(value, key);
  const leads = typeof key === "number" ? inner !== undefined : (value ?? null) === null || isObject(value);
  return leads && isVacant(inner, rest, overEmpty);
}

/** A copy of `value` with `leaf` at `path`. */
function added(value: Json | undefined, path: readonly (string | number)[], leaf: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return leaf;
  if (typeof key === "string") return { ...asObject(value), [key]: added(own(value, key), rest, leaf) };
  return asList(value).map((item, i) => (i === key ? added(item, rest, leaf) : item));
}

/** One operation for each addition, and one before it for every object on its way that is missing. */
function operations(received: JsonObject, additions: readonly Addition[]): readonly Operation[] {
  const made = new Set<string>();
  return additions.flatMap(({ path, value }) => {
    const parents = missingParents(received, path).filter((parent) => !made.has(parent));
    for (const parent of parents) made.add(parent);
    return [
      ...parents.map((parent) => ({ op: "add" as const, path: parent, value: {} })),
      { op: "add" as const, path: pointer(path), value },
    ];
  });
}

function missingParents(received: Json, path: readonly (string | number)[]): string[] {
  const missing: string[] = [];
  let value: Json | undefined = received;
  for (const [i, key] of path.slice(0, -1).entries()) {
    value = Array.isArray(value) ? (value[Number(key)] as Json) : own(value, String(key));
    if (value === undefined || value === null) missing.push(pointer(path.slice(0, i + 1)));
  }
  return missing;
}

const pointer = (path: readonly (string | number)[]): string =>
  path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

function verify(received: JsonObject, patch: readonly Operation[], intended: JsonObject): void {
  const { newDocument } = jsonPatch.applyPatch(
    structuredClone(received),
    structuredClone(patch) as AnyOperation[],
    true,
    true,
  );
  if (!equal(newDocument as Json, intended)) throw new Error("the patch does not make the intended object");
}
