import type { Component } from "../model/application.ts";
import { sidecars } from "../model/containers.ts";
import { asInteger, asText, asTextMap, type JsonObject, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import type { KubeObject } from "../model/world.ts";
import { container, probes, sidecarContainer } from "./container.ts";
import { workloadMetadata } from "./deployment.ts";
import type { Owner } from "./owner.ts";
import { podSpec, selectorLabels } from "./pod-template.ts";
import { isEmpty, ownContainer, patched, type TextPatch, traitPatch } from "./properties.ts";

/** The Job of a task. */
export const job = (component: Component, owner: Owner): KubeObject => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: workloadMetadata(component, owner, `${owner.app.name}-${component.name}`),
  spec: {
    ...counts(component),
    template: {
      metadata: jobPodMetadata(component, owner, traitPatch(component, "labels")),
      spec: jobPodSpec(
        component,
        sidecars(component).map((sidecar) => ({ ...sidecarContainer(sidecar), ...probes(sidecar) })),
      ),
    },
  },
});

export function counts(component: Component): JsonObject {
  const count = asInteger(own(ownContainer(component).properties, "count")) ?? 1;
  return { parallelism: count, completions: count };
}

/**
 * Metadata of pods that run to completion. A proxy beside them may outlive them, and the Job with it, so that a label of the
 * Application keeps proxies away from them but never asks for one.
 */
export function jobPodMetadata(component: Component, { app }: Owner, labels: TextPatch = {}): JsonObject {
  const { properties } = ownContainer(component);
  const inject = app.labels[names.sidecarInject];
  const annotations = patched(asTextMap(own(properties, "annotations")), traitPatch(component, "annotations"));
  return {
    labels: patched(
      inject === undefined || inject === "true" ? {} : { [names.sidecarInject]: inject },
      asTextMap(own(properties, "labels")),
      labels,
      selectorLabels(component, app.name),
    ),
    ...(isEmpty(annotations) ? {} : { annotations }),
  };
}

/** KubeVela takes probes of tasks but does not render them: nothing waits for a task to be ready. */
export function jobPodSpec(component: Component, added: readonly JsonObject[] = []): JsonObject {
  const described = ownContainer(component);
  return {
    restartPolicy: asText(own(described.properties, "restart")) ?? "Never",
    containers: [container(described), ...added],
    ...podSpec(described),
  };
}
