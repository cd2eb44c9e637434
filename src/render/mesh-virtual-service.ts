import { type Component, traitOf } from "../model/application.ts";
import type { KubeObject } from "../model/world.ts";
import { metadata, type Owner, onceFor, traitLabels } from "./owner.ts";
import { type Weights, weighted } from "./weighted.ts";

/** The route of calls inside the mesh. It names no port: each one of the Service keeps its own. */
export const meshVirtualService = onceFor(
  (component: Component, owner: Owner, weights: Weights): KubeObject => ({
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: metadata(owner, component, component.name, { labels: traitLabels(meshTrait(component)) }),
    spec: { hosts: [component.name], http: [{ route: weighted(weights, { host: component.name }) }] },
  }),
);

/** The trait that stands for the routes in the mesh. */
export const meshTrait = (component: Component): string =>
  traitOf(component, "canary-traffic") ? "canary-traffic" : "rollout";
