import type { Component } from "../model/application.ts";
import { contentOf } from "../model/content.ts";
import { names } from "../model/names.ts";
import { contentHash } from "../model/revision.ts";
import type { KubeObject } from "../model/world.ts";
import { workloadMetadata } from "./deployment.ts";
import { metadata, type Owner } from "./owner.ts";
import { revisionTemplate } from "./revision-template.ts";
import { stated } from "./stated.ts";

/**
 * The record of a revision: its content, and its Deployment as it is rendered now. Labels, policies and versions of the
 * program that come later do not change a revision that exists.
 */
export function controllerRevision(
  component: Component,
  owner: Owner,
  { name, number }: { readonly name: string; readonly number: number },
): KubeObject {
  const { labels, annotations } = workloadMetadata(component, owner, name, { [names.revision]: name });
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: metadata(owner, component, name, { labels: { [names.contentHash]: contentHash(component) } }),
    revision: number,
    data: stated({
      content: contentOf(component),
      template: revisionTemplate(component, owner, name),
      labels,
      annotations,
    }),
  };
}
