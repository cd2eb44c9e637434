import type { Component } from "../model/application.ts";
import { names } from "../model/names.ts";
import type { KubeObject } from "../model/world.ts";
import { meshTrait } from "./mesh-virtual-service.ts";
import { metadata, type Owner, onceFor, traitLabels } from "./owner.ts";

/** The subsets of a component: one for each revision, of the same name. */
export const destinationRule = onceFor(
  (component: Component, owner: Owner, subsets: readonly string[]): KubeObject => ({
    apiVersion: "networking.istio.io/v1",
    kind: "DestinationRule",
    metadata: metadata(owner, component, component.name, { labels: traitLabels(meshTrait(component)) }),
    spec: {
      host: component.name,
      subsets: subsets.map((revision) => ({ name: revision, labels: { [names.revision]: revision } })),
    },
  }),
);
