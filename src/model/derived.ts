import { type Application, type Component, traitOf } from "./application.ts";
import { names } from "./names.ts";
import { servicePorts } from "./service-ports.ts";
import { deploymentTypes } from "./vocabulary.ts";
import { type KubeObject, labelOf, nameOf, namespaceOf, type World } from "./world.ts";

/** Longer names leave no room for the `-v<N>` of a revision in a label value. */
export const maxComponentName = 56;

/** The kinds of the objects that a component is rendered to. */
export const derivedKinds = [
  "Deployment",
  "Job",
  "CronJob",
  "HorizontalPodAutoscaler",
  "Service",
  "Gateway",
  "VirtualService",
  "DestinationRule",
] as const;

export interface DerivedName {
  readonly kind: (typeof derivedKinds)[number];
  readonly name: string;
}

/** Kind and name of each object that a component is rendered to; the Deployments of revisions are named after those. */
export function derivedNames(app: Application, component: Component): readonly DerivedName[] {
  const { name, type } = component;
  const has = (trait: string) => traitOf(component, trait) !== undefined;
  const isCanary = has("rollout");
  const candidates: readonly [boolean, DerivedName["kind"], string][] = [
    [deploymentTypes.includes(type) && !isCanary, "Deployment", name],
    [type === "task", "Job", `${app.name}-${name}`],
    [type === "cron-task", "CronJob", name],
    [has("hpa") || has("cpuscaler"), "HorizontalPodAutoscaler", name],
    [servicePorts(component).length > 0, "Service", name],
    [isRouted(component), "VirtualService", name],
    [isRouted(component), "DestinationRule", name],
    [has("istio-gateway"), "Gateway", name],
    [has("istio-gateway"), "VirtualService", `${name}-gateway`],
  ];
  return candidates.filter(([isDerived]) => isDerived).map(([, kind, derived]) => ({ kind, name: derived }));
}

/** Whether sidecars route the calls of a component: it is a canary component with a Service. */
export const isRouted = (component: Component): boolean =>
  traitOf(component, "rollout") !== undefined && servicePorts(component).length > 0;

/** Another Application of the namespace that has a component of the same name. */
export const otherOwner = (
  app: Application,
  component: Component,
  world: World<"Application by component">,
): KubeObject | undefined =>
  component.name === ""
    ? undefined
    : world
        .find("Application by component", `${app.namespace}/${component.name}`)
        .find((other) => nameOf(other) !== app.name);

/** Whether an object was made for this Application. */
export const belongsTo = (app: Application, object: KubeObject): boolean =>
  namespaceOf(object) === app.namespace && labelOf(object, names.app) === app.name;
