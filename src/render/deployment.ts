import type { Component } from "../model/application.ts";
import { asInteger, type JsonObject, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { contentHash } from "../model/revision.ts";
import type { KubeObject } from "../model/world.ts";
import { autoscalerOf } from "./autoscaler.ts";
import { metadata, type Owner, workloadLabels } from "./owner.ts";
import { podTemplate } from "./pod-template.ts";
import { type TextPatch, traitPatch, traitProperties } from "./properties.ts";

/** The Deployment of a component without a rollout trait. */
export const deployment = (component: Component, owner: Owner, replicas?: number): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: workloadMetadata(component, owner, component.name),
  spec: {
    ...replicasOf(component, replicas),
    selector: { matchLabels: { [names.component]: component.name } },
    template: podTemplate(component, owner),
  },
});

/** A number that is not rendered belongs to the autoscaler, or to whoever scales the Deployment by hand. */
function replicasOf(component: Component, given: number | undefined): JsonObject {
  const scaler = autoscalerOf(component) ? undefined : traitProperties(component, "scaler");
  const replicas = given ?? (scaler && (asInteger(own(scaler, "replicas")) ?? 1));
  return replicas === undefined ? {} : { replicas };
}

/** Metadata of what runs a component. Its hash tells whether the template has to change. */
export const workloadMetadata = (
  component: Component,
  owner: Owner,
  name: string,
  labels: TextPatch = {},
): JsonObject =>
  metadata(owner, component, name, {
    labels: {
      ...traitPatch(component, "labels"),
      ...workloadLabels(component.type),
      [names.contentHash]: contentHash(component),
      ...labels,
    },
    annotations: traitPatch(component, "annotations"),
  });
