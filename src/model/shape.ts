import { isObject, type Json, type JsonObject, join } from "./json.ts";
import { mostCompared, nearest } from "./nearest.ts";

/**
 * What a value may be. Shapes describe the parameters of component types, traits and workflow steps as KubeVela's
 * definitions declare them (kubevela/kubevela: vela-templates/definitions/internal, kubevela/catalog: addons).
 */
export type Shape =
  | { readonly is: "text"; readonly oneOf?: readonly string[]; readonly default?: string; readonly nullable?: boolean }
  | { readonly is: "integer"; readonly min?: number; readonly max?: number; readonly default?: number }
  | { readonly is: "flag"; readonly default?: boolean }
  | { readonly is: "list"; readonly of: Shape }
  | { readonly is: "map"; readonly of: Shape }
  | { readonly is: "object"; readonly fields: Fields }
  | { readonly is: "anything" };

export interface Field {
  readonly shape: Shape;
  readonly required: boolean;
}
export type Fields = Readonly<Record<string, Field>>;

/** A place where a value departs from its shape. */
export interface Mistake {
  readonly kind: "missing" | "type" | "unknown";
  readonly field: string;
  readonly message: string;
  /** The unknown key, the one that misspells a missing one, or the string that is none of the choices. */
  readonly word?: string;
  /** The known key that an unknown one is a misspelling of. */
  readonly near?: string;
  /** Path of the member that an unknown key was probably meant for. */
  readonly meant?: string;
  /** What is missing follows from a misspelt key, where one was meant for it. */
  readonly from?: readonly string[];
}

const nouns = {
  text: "a string",
  integer: "an integer",
  flag: "true or false",
  list: "a list",
  map: "an object",
  object: "an object",
  anything: "a value",
};

/** Every departure of `value` from `shape`, in the order of the document. */
export function* mistakes(shape: Shape, value: Json | undefined, path: string): Generator<Mistake> {
  if (!hasType(shape, value)) {
    yield typeMistake(shape, value, path);
  } else if (shape.is === "list") {
    for (const [i, item] of (value as readonly Json[]).entries()) yield* mistakes(shape.of, item, join(path, i));
  } else if (shape.is === "map") {
    for (const [key, item] of Object.entries(value as JsonObject)) yield* mistakes(shape.of, item, join(path, key));
  } else if (shape.is === "object") {
    yield* memberMistakes(shape.fields, value as JsonObject, path);
  }
}

function typeMistake(shape: Shape, value: Json | undefined, field: string): Mistake {
  const isLarge =
    shape.is === "integer" && shape.max === undefined && Number.isSafeInteger(value) && !within(value as number);
  const required = isLarge ? "an integer of 32 bits" : expectation(shape);
  const message = `is ${describe(shape, value)}, ${required} is required`;
  const isChoice = shape.is === "text" && shape.oneOf !== undefined && typeof value === "string";
  return { kind: "type", field, message, ...(isChoice ? { word: value } : {}) };
}

/** How many are listed; the rest is counted. */
const listed = 40;

function* memberMistakes(fields: Fields, value: JsonObject, path: string): Generator<Mistake> {
  const known = Object.keys(fields);
  const missing = known.filter((key) => fields[key]?.required && !Object.hasOwn(value, key));
  const strange = Object.keys(value).filter((key) => !Object.hasOwn(fields, key));
  const unknown = new Map(
    strange.slice(0, listed).map((key, i) => [key, unknownMistake(key, i < mostCompared ? known : [], missing, path)]),
  );
  for (const [key, member] of Object.entries(value)) {
    const mistake = unknown.get(key);
    if (mistake) yield mistake;
    else if (Object.hasOwn(fields, key)) yield* mistakes(fields[key]?.shape ?? anything, member, join(path, key));
  }
  if (strange.length > listed) {
    const message = `has ${strange.length - listed} more unknown properties, they must be removed`;
    yield { kind: "unknown", field: path, message };
  }
  for (const key of missing) {
    const field = join(path, key);
    const word = [...unknown.values()].find(({ near }) => near === key)?.word;
    const message = `is missing, ${expectation(fields[key]?.shape ?? anything)} is required`;
    yield { kind: "missing", field, message, from: [field], ...(word === undefined ? {} : { word }) };
  }
}

const anything: Shape = { is: "anything" };

/** What is not near to any known key was meant for the only one that is missing, if anything. */
function unknownMistake(word: string, known: readonly string[], missing: readonly string[], path: string): Mistake {
  const near = nearest(word, known);
  const meant = near ?? (missing.length === 1 ? missing[0] : undefined);
  return {
    kind: "unknown",
    field: join(path, word),
    message: unknownKey(word, known, near),
    word,
    ...(near === undefined ? {} : { near }),
    ...(meant === undefined ? {} : { meant: join(path, meant) }),
  };
}

export function hasType(shape: Shape, value: Json | undefined): boolean {
  switch (shape.is) {
    case "text":
      if (value === null) return shape.nullable === true;
      return typeof value === "string" && (shape.oneOf === undefined || shape.oneOf.includes(value));
    case "integer":
      return Number.isSafeInteger(value) && within(value as number, shape.min, shape.max);
    case "flag":
      return typeof value === "boolean";
    case "list":
      return Array.isArray(value);
    case "map":
    case "object":
      return isObject(value);
    case "anything":
      return true;
  }
}

const within = (value: number, min = -2147483648, max = 2147483647): boolean => value >= min && value <= max;

function expectation(shape: Shape): string {
  if (shape.is === "text" && shape.oneOf)
    return `one of ${shape.oneOf.map((choice) => JSON.stringify(choice)).join(", ")}`;
  if (shape.is !== "integer") return nouns[shape.is];
  if (shape.min !== undefined && shape.max !== undefined) return `an integer from ${shape.min} to ${shape.max}`;
  return shape.min === undefined ? nouns.integer : `an integer of at least ${shape.min}`;
}

/** Numbers and word-like strings are quoted only where a number or a choice is expected: free text may be a secret. */
function describe(shape: Shape, value: Json | undefined): string {
  if (value === null || value === undefined) return "empty";
  const telling = shape.is === "integer" || (shape.is === "text" && shape.oneOf !== undefined);
  if (telling && typeof value === "number") return String(value);
  if (telling && typeof value === "string") return quote(value);
  if (typeof value === "number") return "a number";
  if (typeof value === "string") return "a string";
  if (typeof value === "boolean") return String(value);
  return Array.isArray(value) ? "a list" : "an object";
}

/** A name-like value in quotes, at most 64 characters of it, control characters escaped. */
export const quote = (value: string): string =>
  JSON.stringify(value.length > 64 ? `${value.slice(0, 63)}…` : value).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** `unknown property "imge", did you mean "image"?`, or the list of what is known. */
function unknownKey(key: string, known: readonly string[], near: string | undefined): string {
  if (near) return `unknown property ${quote(key)}, did you mean "${near}"?`;
  if (known.length === 0) return `unknown property ${quote(key)}, must be removed`;
  return `unknown property ${quote(key)}, known are ${[...known].sort().join(", ")}`;
}

/**
 * The value without defaults, unknown keys, and lists, maps and objects that are empty: two values that mean the same
 * have the same normal form. Undefined where nothing is left. Items of lists keep their index.
 */
export function normalise(shape: Shape, value: Json | undefined): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (shape.is === "list" && Array.isArray(value))
    return value.length === 0 ? undefined : value.map((item) => normalise(shape.of, item as Json) ?? null);
  if (shape.is === "map" && isObject(value)) return Object.keys(value).length === 0 ? undefined : value;
  if (shape.is === "object" && isObject(value)) return normalMembers(shape.fields, value);
  return "default" in shape && value === shape.default ? undefined : value;
}

function normalMembers(fields: Fields, value: JsonObject): JsonObject | undefined {
  const members: Record<string, Json> = {};
  for (const [key, field] of Object.entries(fields)) {
    const member = Object.hasOwn(value, key) ? normalise(field.shape, value[key]) : undefined;
    if (member !== undefined) members[key] = member;
  }
  return Object.keys(members).length === 0 ? undefined : members;
}
