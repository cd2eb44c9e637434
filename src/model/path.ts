import { asObject, type Json, own } from "./json.ts";

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
  const rankOf = ranks();
  const position = (path: string): number[] => {
    const known = positions.get(path) ?? locate(document, path, rankOf);
    positions.set(path, known);
    return known;
  };
  return (a, b) => compare(position(a), position(b));
}

/** The rank of a key among those of its object, which are counted once. */
function ranks(): (parent: Json | undefined, key: string) => number {
  const known = new Map<Json | undefined, ReadonlyMap<string, number>>();
  return (parent, key) => {
    const keys = known.get(parent) ?? new Map(Object.keys(asObject(parent)).map((name, i) => [name, i]));
    known.set(parent, keys);
    return keys.get(key) ?? keys.size;
  };
}

function locate(document: Json, path: string, rankOf: ReturnType<typeof ranks>): number[] {
  let value: Json | undefined = document;
  return segments(path).map((key) => {
    const parent: Json | undefined = value;
    if (typeof key === "number") {
      value = Array.isArray(parent) ? (parent[key] as Json) : undefined;
      return key;
    }
    value = own(parent, key);
    return rankOf(parent, key);
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
