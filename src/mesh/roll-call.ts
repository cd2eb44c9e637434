import type { MeshProxy } from "./proxies.ts";

/** Proxies by their id, and the millisecond at which they were connected last. */
export type RollCall = ReadonlyMap<string, number>;

/** Adds who is connected now, and forgets those who left longer ago than `memory` milliseconds. */
export function attended(before: RollCall, present: readonly MeshProxy[], now: number, memory: number): RollCall {
  const kept = [...before].filter(([, seen]) => now - seen < memory);
  return new Map([...kept, ...present.map(({ id }) => [id, now] as const)]);
}

/** Those who were connected not long ago, and are not now: they route as they did then, if they still run. */
export const absent = (known: RollCall, now: number): readonly string[] =>
  [...known].filter(([, seen]) => seen < now).map(([id]) => id);

/** The pod of a proxy; names of pods may have dots, those of namespaces may not. */
export function podOf(id: string): { readonly name: string; readonly namespace: string } | undefined {
  const dot = id.lastIndexOf(".");
  return dot > 0 ? { name: id.slice(0, dot), namespace: id.slice(dot + 1) } : undefined;
}
