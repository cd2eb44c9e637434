import { endings, type Waits } from "./circles.ts";

/** Keys as bits, and what each key waits for in the end, through whatever lies between. */
export interface Reach {
  readonly bits: ReadonlyMap<string, bigint>;
  readonly reached: ReadonlyMap<string, bigint>;
}

/** What ends first is asked first, so that one pass tells everything but circles. */
export function reachOf(waits: Waits): Reach {
  const bits = new Map([...waits.keys()].map((key, i) => [key, 1n << BigInt(i)]));
  const reached = new Map<string, bigint>();
  const grows = (key: string): boolean => {
    const known = reached.get(key) ?? 0n;
    const all = (waits.get(key) ?? []).reduce(
      (sum, next) => sum | (bits.get(next) ?? 0n) | (reached.get(next) ?? 0n),
      known,
    );
    reached.set(key, all);
    return all !== known;
  };
  const order = endings(waits);
  let isGrowing = true;
  while (isGrowing) isGrowing = order.filter(grows).length > 0;
  return { bits, reached };
}
