import { asObject, asTextMap, at } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";
import { metadata, type Owner } from "./owner.ts";
import { isEmpty } from "./properties.ts";

/** The Deployment of a revision, as its ControllerRevision recorded it. */
export function revisionDeployment(revision: KubeObject, owner: Owner, replicas: number): KubeObject {
  const name = nameOf(revision);
  const component = labelOf(revision, names.component) ?? "";
  const selector = { [names.component]: component, [names.revision]: name };
  const annotations = asTextMap(at(revision, "data", "annotations"));
  const { ownerReferences, ...identity } = metadata(owner, undefined, name);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      ...identity,
      labels: { ...asTextMap(at(revision, "data", "labels")), ...selector, [names.app]: owner.app.name },
      ...(isEmpty(annotations) ? {} : { annotations }),
      ...(ownerReferences === undefined ? {} : { ownerReferences }),
    },
    spec: {
      replicas,
      selector: { matchLabels: selector },
      progressDeadlineSeconds: 600,
      // Nothing is ever replaced in it. So its condition Available is about all of its pods.
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: asObject(at(revision, "data", "template")),
    },
  };
}
