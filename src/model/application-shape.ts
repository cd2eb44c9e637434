import type { Application } from "./application.ts";
import { asList, isObject, type Json, own } from "./json.ts";
import { remembered } from "./remembered.ts";
import { type Mistake, mistakes, type Shape } from "./shape.ts";
import { anything, list, map, object, text } from "./shapes.ts";

/**
 * The Application API outside `properties` (kubevela/kubevela: charts/vela-core/crds/core.oam.dev_applications.yaml).
 * What a rule of its own judges whatever its type is anything here.
 */
const properties = map(anything);
const passed = { inputs: anything, outputs: anything };

const step = {
  name: text(),
  "type!": text(),
  meta: object({ alias: text() }),
  if: text(),
  timeout: text(),
  dependsOn: list(text()),
  ...passed,
  properties,
};

const component = object({
  "name!": text(),
  "type!": text(),
  properties,
  traits: list(object({ "type!": text(), properties })),
  externalRevision: text(),
  dependsOn: list(text()),
  ...passed,
  scopes: map(text()),
});

const metadata = object({
  name: text(),
  generateName: text(),
  namespace: text(),
  labels: map(text()),
  annotations: map(text()),
  finalizers: anything,
  ownerReferences: anything,
  uid: anything,
  resourceVersion: anything,
  generation: anything,
  creationTimestamp: anything,
  deletionTimestamp: anything,
  deletionGracePeriodSeconds: anything,
  managedFields: anything,
  selfLink: anything,
});

const shape = object({
  apiVersion: anything,
  kind: anything,
  "metadata!": metadata,
  "spec!": object({
    "components!": list(component),
    policies: list(object({ name: text(), "type!": text(), properties })),
    workflow: object({
      ref: text(),
      mode: object({ steps: text(), subSteps: text() }),
      steps: list(object({ ...step, mode: text(), subSteps: list(object({ ...step, subSteps: anything })) })),
    }),
  }),
  status: anything,
});

/** Every departure of an Application from its API, outside `properties`. */
export const applicationMistakes = remembered((app: Application): readonly Mistake[] => [
  ...mistakes(shape, withoutNulls(shape, app.raw), ""),
]);

/** The API server drops nulls of members that it knows before anybody sees the object. */
function withoutNulls(shape: Shape, value: Json): Json {
  if (shape.is === "list" && Array.isArray(value)) return asList(value).map((item) => withoutNulls(shape.of, item));
  if (shape.is !== "object" || !isObject(value)) return value;
  const members = Object.keys(value).map((key): [string, Json] => [key, own(value, key) ?? null]);
  return Object.fromEntries(
    members.flatMap(([key, member]): [string, Json][] => {
      const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
      if (!field) return [[key, member]];
      return member === null ? [] : [[key, withoutNulls(field.shape, member)]];
    }),
  );
}
