import { type Application, type Component, traitOf } from "./application.ts";
import { asList, at, type Json, join, own } from "./json.ts";
import { remembered } from "./remembered.ts";

/**
 * The places that a reader takes as they are, for findings to say what they follow from. The first item of a list has a
 * place even where there is none, so that a list that is no list lies around it.
 */
const items = (list: Json | undefined, path: string): readonly string[] =>
  Array.from({ length: Math.max(asList(list).length, 1) }, (_, i) => join(path, i));

/** What an Application is called. */
export const applicationPlaces: readonly string[] = ["metadata.name", "metadata.namespace"];

/** What says which components there are. */
export const componentNames = remembered(({ raw }: Application): readonly string[] =>
  items(at(raw, "spec", "components"), "spec.components").map((path) => `${path}.name`),
);

/** What says which traits a component has. */
export const traitPlaces = remembered(({ raw, path }: Component): readonly string[] =>
  items(own(raw, "traits"), `${path}.traits`).map((trait) => `${trait}.type`),
);

/** What says which canary components there are. */
export const canaryPlaces = remembered((app: Application): readonly string[] => [
  ...componentNames(app),
  ...app.components.flatMap(traitPlaces),
]);

/** What says whether a component has a Service, and with which ports. */
export const servicePlaces = remembered((component: Component): readonly string[] => [
  ...traitPlaces(component),
  `${component.path}.type`,
  `${component.path}.properties.ports`,
  ...["expose", "canary-traffic"].flatMap((type) => traitOf(component, type)?.path ?? []),
]);

/** What says where a gateway sends to. */
export const gatewayPlaces = remembered((component: Component): readonly string[] => {
  const trait = traitOf(component, "istio-gateway");
  return trait ? [`${trait.path}.properties.port`] : [];
});

/** What says how many pods a component gets, and in which batches. */
export const planPlaces = remembered((component: Component): readonly string[] =>
  component.traits
    .filter(({ type }) => type === "rollout")
    .flatMap(({ path }) => [`${path}.properties.targetSize`, `${path}.properties.rolloutBatches`]),
);

/** What says which revision of a component is meant. */
export const revisionPlaces = remembered((component: Component): readonly string[] => [
  ...applicationPlaces,
  `${component.path}.name`,
  `${component.path}.externalRevision`,
  ...component.traits.filter(({ type }) => type === "rollout").map(({ path }) => `${path}.properties.targetRevision`),
]);

const podShapingTraits: readonly string[] = ["labels", "annotations", "sidecar"];

/** What says whether a component changes. */
export const contentPlaces = remembered((component: Component): readonly string[] => [
  ...revisionPlaces(component),
  `${component.path}.type`,
  `${component.path}.properties`,
  ...component.traits.filter(({ type }) => podShapingTraits.includes(type)).map(({ path }) => path),
]);

const stepPaths = remembered(({ raw }: Application): readonly string[] => {
  const steps = at(raw, "spec", "workflow", "steps");
  return items(steps, "spec.workflow.steps").flatMap((path, i) => [
    path,
    ...items(own(asList(steps)[i], "subSteps"), `${path}.subSteps`),
  ]);
});

/** What says which steps there are. */
export const stepNames = remembered((app: Application): readonly string[] =>
  stepPaths(app).map((path) => `${path}.name`),
);

/** What says in which order steps run. */
export const orderPlaces = remembered((app: Application): readonly string[] => [
  "spec.workflow.mode",
  ...stepPaths(app).flatMap((path) => [`${path}.name`, `${path}.dependsOn`, `${path}.mode`]),
]);
