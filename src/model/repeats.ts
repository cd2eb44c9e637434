/** The first item of each key. Items without a key have no place in it. */
export function firstOf<T>(items: Iterable<T>, keyOf: (item: T) => string | undefined): ReadonlyMap<string, T> {
  const first = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (key !== undefined && !first.has(key)) first.set(key, item);
  }
  return first;
}

/** The items under each key, in their order. Items without a key are in no group. */
export function groupsOf<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string | undefined,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** The items whose key an earlier item has, each with that earlier one. Items without a key repeat nothing. */
export function* repeats<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string | undefined,
): Generator<readonly [item: T, first: T]> {
  const seen = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, item);
    else yield [item, first];
  }
}
