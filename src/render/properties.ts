import type { Component } from "../model/application.ts";
import type { Container } from "../model/containers.ts";
import { asObject, asText, isObject, type Json, type JsonObject, own } from "../model/json.ts";
import { shapeOf } from "../model/properties.ts";
import { componentTypes, traitTypes } from "../model/vocabulary.ts";
import { wellTyped } from "../model/well-typed.ts";

/** The container that a component describes, with the well-typed part of its properties. */
export function ownContainer(component: Component): Container {
  const { name, path, properties: raw } = component;
  const shape = shapeOf(componentTypes, component.type);
  const properties = asObject(shape && wellTyped(shape, raw));
  return { component, isSidecar: false, title: name, path: `${path}.properties`, properties, raw };
}

/** The well-typed properties of the trait of that type; undefined where the component has none. */
export function traitProperties(component: Component, type: string): JsonObject | undefined {
  const trait = component.traits.find((candidate) => candidate.type === type);
  const shape = shapeOf(traitTypes, type);
  return trait && asObject(shape && wellTyped(shape, trait.properties));
}

/** Texts by key, in which null takes a key away (RFC 7386, JSON merge patch). */
export type TextPatch = Readonly<Record<string, string | null>>;

/** What the `labels` or `annotations` traits of a component change; a later trait wins. */
export const traitPatch = (component: Component, type: "labels" | "annotations"): TextPatch =>
  Object.fromEntries(
    component.traits
      .filter((trait) => trait.type === type)
      .flatMap((trait) => Object.entries(trait.properties))
      .filter((entry): entry is [string, string | null] => isTextOrNull(entry[1])),
  );

const isTextOrNull = (value: Json | undefined): value is string | null => value === null || asText(value) !== undefined;

/** The texts after `patches`, in this order. */
export const patched = (...patches: readonly TextPatch[]): Readonly<Record<string, string>> => {
  const texts: TextPatch = Object.assign({}, ...patches);
  return Object.fromEntries(Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== null));
};

export const isEmpty = (map: Readonly<Record<string, string>>): boolean => Object.keys(map).length === 0;

/** The items of a list that are objects. */
export const objects = (list: readonly Json[]): readonly JsonObject[] => list.filter(isObject);

/** The object under `key`; undefined where there is none. */
export function inner(value: JsonObject, key: string): JsonObject | undefined {
  const member = own(value, key);
  return isObject(member) ? member : undefined;
}
