import type { Application, Component } from "./application.ts";
import { asObject, asText, type JsonObject, own } from "./json.ts";
import { shapeOf } from "./properties.ts";
import { remembered } from "./remembered.ts";
import { quote } from "./shape.ts";
import { componentTypes, traitTypes } from "./vocabulary.ts";
import { wellTyped } from "./well-typed.ts";

/** A container of a component's pods: the component's own, or one that a sidecar trait adds. */
export interface Container {
  readonly component: Component;
  readonly isSidecar: boolean;
  /** What to call it in a message without a path. */
  readonly title: string;
  /** Path of its properties. */
  readonly path: string;
  /** The well-typed part of its properties. */
  readonly properties: JsonObject;
  /** Its properties as written. */
  readonly raw: JsonObject;
}

/** Every container of components of supported types. */
export const containers = remembered((app: Application): readonly Container[] =>
  app.components.flatMap((component) => {
    const shape = shapeOf(componentTypes, component.type);
    if (!shape) return [];
    const properties = asObject(wellTyped(shape, component.properties));
    const container: Container = {
      component,
      isSidecar: false,
      title: component.name,
      path: `${component.path}.properties`,
      properties,
      raw: component.properties,
    };
    return [container, ...sidecars(component)];
  }),
);

/** The containers that the sidecar traits of a component add. */
export function sidecars(component: Component): readonly Container[] {
  const shape = traitTypes["sidecar"];
  return component.traits.flatMap(({ type, path, properties: raw }) => {
    if (type !== "sidecar" || !shape) return [];
    const properties = asObject(wellTyped(shape, raw));
    const title = `${component.name} sidecar ${quote(asText(own(properties, "name")) ?? "")}`;
    return [{ component, isSidecar: true, title, path: `${path}.properties`, properties, raw }];
  });
}
