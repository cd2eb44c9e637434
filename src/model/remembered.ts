/** A reading that is done once: objects are never changed, so what was read of one holds as long as it is there. */
export function remembered<K extends object, V>(read: (object: K) => V): (object: K) => V {
  const memo = new WeakMap<K, V>();
  return (object) => {
    if (memo.has(object)) return memo.get(object) as V;
    const value = read(object);
    memo.set(object, value);
    return value;
  };
}

/** The same for a reading of what may be no object: that is read each time. */
export function rememberedPart<P, V>(read: (part: P) => V): (part: P) => V {
  const known = remembered((part: P & object) => read(part));
  return (part) => (typeof part === "object" && part !== null ? known(part) : read(part));
}
