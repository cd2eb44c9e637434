import { asList, isObject, type Json, type JsonObject, own } from "./json.ts";
import { remembered } from "./remembered.ts";

/** A field path and those of all that it stands in, innermost first: `a[0].b` gives `a[0].b`, `a[0]`, `a`. */
export function* enclosing(path: string): Generator<string> {
  for (let inner = path; inner !== ""; inner = inner.slice(0, lastSegment(inner))) yield inner;
}

/** Where the last segment of a path begins. */
function lastSegment(path: string): number {
  if (path.endsWith('"]')) return Math.max(path.search(/\["(?:[^"\\]|\\.)*"\]$/), 0);
  return Math.max(path.lastIndexOf(path.endsWith("]") ? "[" : "."), 0);
}

/** The key in a segment of a path: `.word`, `word`, `[0]` or `["a.b"]`. */
function keyOf(segment: string): string | number {
  if (!segment.startsWith("[")) return segment.replace(/^\./, "");
  return JSON.parse(segment.slice(1, -1)) as string | number;
}

/** The items by where their fields stand in `document`; what is missing there stands after its siblings. */
export function inDocumentOrder<T extends { readonly field: string }>(
  document: Json,
  items: readonly T[],
): readonly T[] {
  const locate = locator(document);
  return items
    .map((item) => ({ item, position: locate(item.field).position }))
    .sort((a, b) => compare(a.position, b.position))
    .map(({ item }) => item);
}

/** What stands at a path, and where that is: the rank of each key among its siblings. */
interface Place {
  readonly value: Json | undefined;
  readonly position: readonly number[];
}

/** Every place is found from the one around it, which is found once. */
function locator(document: Json): (path: string) => Place {
  const places = new Map<string, Place>([["", { value: document, position: [] }]]);
  const ranks = remembered(ranksOf);
  const locate = (path: string): Place => {
    const known = places.get(path);
    if (known) return known;
    const end = lastSegment(path);
    const { value, position } = locate(path.slice(0, end));
    const place = inside(value, position, keyOf(path.slice(end)), ranks);
    places.set(path, place);
    return place;
  };
  return locate;
}

function inside(
  outer: Json | undefined,
  position: readonly number[],
  key: string | number,
  ranks: typeof ranksOf,
): Place {
  if (typeof key === "number") return { value: asList(outer)[key], position: [...position, key] };
  const known = isObject(outer) ? ranks(outer) : noRanks;
  return { value: own(outer, key), position: [...position, known.get(key) ?? known.size] };
}

/** The rank of each key of an object. */
const ranksOf = (object: JsonObject): ReadonlyMap<string, number> =>
  new Map(Object.keys(object).map((key, i) => [key, i]));
const noRanks: ReadonlyMap<string, number> = new Map();

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((rank, level) => rank !== b[level]);
  const [left, right] = [a[i], b[i]];
  if (left === undefined) return a.length - b.length;
  return right === undefined ? 1 : left - right;
}
