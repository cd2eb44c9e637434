import { setTimeout as sleep } from "node:timers/promises";

/** Resolves with the milliseconds that it took until a condition held. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 30_000,
): Promise<number> {
  const begin = performance.now();
  while (!(await holds())) {
    if (performance.now() - begin > timeoutMs) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
    await sleep(100);
  }
  return performance.now() - begin;
}
