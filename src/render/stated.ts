import type { JsonObject } from "../model/json.ts";

/** The members that say something. The API server keeps no empty texts and lists, so what is rendered is what it stores. */
export const stated = (members: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(members).filter(([, value]) => !(value === undefined || value === "" || isEmptyList(value))),
  );

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
