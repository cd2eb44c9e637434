import { asObject, isObject, type Json, own } from "./json.ts";

/** The keys of a field path: `spec.components[0].labels["a.b"]` gives spec, components, 0, labels, a.b. */
export function segments(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)].map(([, index, quoted, word]) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? (word ?? "") : (JSON.parse(`"${quoted}"`) as string);
  });
}

/** A field path and those of all that it stands in, innermost first: `a[0].b` gives `a[0].b`, `a[0]`, `a`. */
export function* enclosing(path: string): Generator<string> {
  for (let inner = path; inner !== ""; inner = inner.slice(0, lastSegment(inner))) yield inner;
}

/** Where the last segment of a path begins. */
function lastSegment(path: string): number {
  if (path.endsWith('"]')) return Math.max(path.search(/\["(?:[^"\\]|\\.)*"\]$/), 0);
  return Math.max(path.lastIndexOf(path.endsWith("]") ? "[" : "."), 0);
}

/** Compares field paths by where they stand in `document`; what is missing there stands after its siblings. */
export function documentOrder(document: Json): (a: string, b: string) => number {
  const positions = new Map<string, number[]>();
  const position = (path: string): number[] => {
    const known = positions.get(path) ?? locate(document, path);
    positions.set(path, known);
    return known;
  };
  return (a, b) => compare(position(a), position(b));
}

function locate(document: Json, path: string): number[] {
  let value: Json | undefined = document;
  return segments(path).map((key) => {
    const parent: Json | undefined = value;
    value = typeof key === "number" ? (Array.isArray(parent) ? (parent[key] as Json) : undefined) : own(parent, key);
    if (typeof key === "number") return key;
    const keys = isObject(parent) ? Object.keys(asObject(parent)) : [];
    return keys.includes(key) ? keys.indexOf(key) : keys.length;
  });
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (right === undefined) return 1;
    if (left !== right) return left - right;
  }
  return a.length - b.length;
}
