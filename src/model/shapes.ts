import type { Fields, Shape } from "./shape.ts";

/** Shapes in few words, for the tables of `vocabulary` and `application-shape`. */
export const text = (rest: { oneOf?: readonly string[]; default?: string; nullable?: boolean } = {}): Shape => ({
  is: "text",
  ...rest,
});
export const integer = (rest: { min?: number; max?: number; default?: number } = {}): Shape => ({
  is: "integer",
  ...rest,
});
export const flag = (fallback: boolean): Shape => ({ is: "flag", default: fallback });
export const list = (of: Shape): Shape => ({ is: "list", of });
export const map = (of: Shape): Shape => ({ is: "map", of });
export const anything: Shape = { is: "anything" };

/** Members whose name ends in `!` are required. */
export function object<T extends Record<string, Shape>>(members: T): Shape & { is: "object" } {
  const fields: Record<string, Fields[string]> = {};
  for (const [key, shape] of Object.entries(members)) {
    const required = key.endsWith("!");
    fields[required ? key.slice(0, -1) : key] = { shape, required };
  }
  return { is: "object", fields };
}
