import { asList, asObject, type Json, type JsonObject } from "./json.ts";
import { hasType, type Shape } from "./shape.ts";

/**
 * The part of a value that has its shape: ill-typed and unknown members are left out, an ill-typed item of a list is
 * null so that the others keep their index. What is left out here is reported by the rules about types and vocabulary.
 */
export function wellTyped(shape: Shape, value: Json | undefined): Json | undefined {
  if (value === undefined || !hasType(shape, value)) return undefined;
  if (shape.is === "list") return asList(value).map((item) => wellTyped(shape.of, item) ?? null);
  if (shape.is === "map") return members(asObject(value), () => shape.of);
  if (shape.is !== "object") return value;
  return members(asObject(value), (key) => (Object.hasOwn(shape.fields, key) ? shape.fields[key]?.shape : undefined));
}

function members(value: JsonObject, shapeOf: (key: string) => Shape | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => {
      const shape = shapeOf(key);
      const part = shape && wellTyped(shape, member);
      return part === undefined ? [] : [[key, part]];
    }),
  );
}
