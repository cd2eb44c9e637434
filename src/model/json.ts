/** JSON as it arrives: any shape, never trusted, never changed. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The own property `key` of `value`, so that `toString` or `constructor` as data never reach a prototype. Nothing is called
 * more often: it asks what `isObject` does by itself.
 */
export const own = (value: unknown, key: string): Json | undefined =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key) && !Array.isArray(value)
    ? (value as JsonObject)[key]
    : undefined;

export function at(value: unknown, ...keys: readonly string[]): Json | undefined {
  let inner = value;
  for (let i = 0; i < keys.length; i++) inner = own(inner, keys[i] as string);
  return inner as Json | undefined;
}

export const asText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
export const asInteger = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) ? (value as number) : undefined;
export const asFlag = (value: unknown): boolean | undefined => (typeof value === "boolean" ? value : undefined);
export const asList = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
export const asObject = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** The entries of a map of strings to strings; entries of other types are left out. */
export const asTextMap = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(asObject(value)).filter((entry): entry is [string, string] => asText(entry[1]) !== undefined),
  );

/** Path of a member: `a.b`, `a[3]`, or `a["b.c"]` where the key is not a plain word. */
export const join = (path: string, key: string | number): string => {
  if (typeof key === "number") return `${path}[${key}]`;
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
};

/** Text of a value with its keys in order: equal values have equal text. */
export function canonical(value: Json | undefined): string {
  if (value === undefined) return "null";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join(",")}}`;
}

/** Deep equality that does not mind the order of keys. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i] as Json));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
}
