import { asInteger, asText, at, type JsonObject } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";

/** What is derived from an Application, except for what is kept about it. */
const tracked: readonly unknown[] = [
  "Deployment",
  "Service",
  "Job",
  "CronJob",
  "HorizontalPodAutoscaler",
  "Gateway",
  "VirtualService",
  "DestinationRule",
];

/**
 * The ResourceTracker of an Application: without it `vela status --tree` shows nothing, and without the kind `vela workflow
 * resume` fails (kubevela/kubevela: apis/core.oam.dev/v1beta1/resourcetracker_types.go). It is cluster-scoped, so that
 * nothing in a namespace can own it.
 */
export function resourceTracker(app: KubeObject, labelled: readonly KubeObject[]): KubeObject {
  const name = nameOf(app);
  const namespace = asText(at(app, "metadata", "namespace")) ?? "default";
  return {
    apiVersion: "core.oam.dev/v1beta1",
    kind: "ResourceTracker",
    metadata: {
      name: trackerName(namespace, name),
      labels: {
        [names.app]: name,
        [names.appNamespace]: namespace,
        "app.oam.dev/uid": asText(at(app, "metadata", "uid")) ?? "",
        "app.oam.dev/appRevision": asText(at(app, "status", "latestRevision", "name")) ?? "",
      },
    },
    spec: {
      type: "versioned",
      applicationGeneration: asInteger(at(app, "metadata", "generation")) ?? 1,
      managedResources: labelled
        .filter((object) => tracked.includes(object["kind"]))
        .map(managed)
        .sort((a, b) => order(a) - order(b) || String(a["name"]).localeCompare(String(b["name"]))),
    },
  };
}

const trackerName = (namespace: string, app: string): string => `${app}-${names.controller}-${namespace}`;

/** Whether an object is our ResourceTracker of the Application with that key: vela-core's are its own, and guard what it deletes. */
export const isTracker = (object: KubeObject, key: string): boolean => {
  const [namespace = "", name = ""] = key.split("/");
  return object["kind"] === "ResourceTracker" && nameOf(object) === trackerName(namespace, name);
};

const managed = (object: KubeObject): JsonObject => ({
  apiVersion: object["apiVersion"],
  kind: object["kind"],
  name: nameOf(object),
  namespace: at(object, "metadata", "namespace"),
  component: labelOf(object, names.component) ?? "",
});

const order = (resource: JsonObject): number => tracked.indexOf(resource["kind"]);
