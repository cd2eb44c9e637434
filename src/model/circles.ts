import { remembered } from "./remembered.ts";

/** What each key waits for. */
export type Waits = ReadonlyMap<string, readonly string[]>;

/**
 * Circles of keys that wait for each other: in each, every key waits for the next and the last for the first. Every key
 * that waits for itself in the end stands in one of them.
 */
export function circles(waits: Waits): readonly (readonly string[])[] {
  const ended = endedOf(waits);
  const stuck = new Set([...waits.keys()].filter((key) => !ended.has(key)));
  const covered = new Set<string>();
  return [...stuck].flatMap((key) => {
    const circle = covered.has(key) ? undefined : shortestCircle(key, waits, stuck);
    for (const member of circle ?? []) covered.add(member);
    return circle ? [circle] : [];
  });
}

/** The keys in an order in which they can end; those that cannot, since they wait for themselves, come last. */
export const endings = (waits: Waits): readonly string[] => [...new Set([...endedOf(waits), ...waits.keys()])];

/** The keys that can end, in an order in which they do. Keys that are awaited but unknown hold nobody up. */
const endedOf = remembered((waits: Waits): ReadonlySet<string> => {
  const left = new Map<string, number>();
  const waiters = new Map([...waits.keys()].map((key): [string, string[]] => [key, []]));
  for (const [key, awaited] of waits) {
    const known = awaited.filter((other) => waits.has(other));
    left.set(key, known.length);
    for (const other of known) waiters.get(other)?.push(key);
  }
  const ended = [...left].filter(([, count]) => count === 0).map(([key]) => key);
  for (const key of ended) {
    for (const waiter of waiters.get(key) ?? []) {
      const count = (left.get(waiter) ?? 0) - 1;
      left.set(waiter, count);
      if (count === 0) ended.push(waiter);
    }
  }
  return new Set(ended);
});

function shortestCircle(start: string, waits: Waits, stuck: ReadonlySet<string>): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const key of queue) {
    const awaited = waits.get(key) ?? [];
    if (awaited.includes(start)) return wayTo(key, cameFrom);
    for (const next of awaited) {
      if (!stuck.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, key);
      queue.push(next);
    }
  }
  return undefined;
}

function wayTo(end: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const way: string[] = [];
  for (let key: string | undefined = end; key !== undefined; key = cameFrom.get(key)) way.push(key);
  return way.reverse();
}
