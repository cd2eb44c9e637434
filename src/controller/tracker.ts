import { asInteger, asList, asText, at, type JsonObject } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";
import { lastSucceeded } from "../rollout/ended-run.ts";

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
 * nothing in a namespace can own it. KubeVela keeps one for each published version until the next has succeeded. This one
 * is marked as all of them: by its annotation that of the version that is applied, which `vela status --tree` shows, and by
 * its label that of the one to go back to, for which `vela workflow rollback` looks.
 */
export function resourceTracker(app: KubeObject, labelled: readonly KubeObject[]): KubeObject {
  const name = nameOf(app);
  const namespace = asText(at(app, "metadata", "namespace")) ?? "default";
  const publishVersion = asText(at(app, "metadata", "annotations", names.publishVersion));
  const latest = asText(at(app, "status", "latestRevision", "name"));
  return {
    apiVersion: "core.oam.dev/v1beta1",
    kind: "ResourceTracker",
    metadata: {
      name: trackerName(namespace, name),
      labels: {
        [names.app]: name,
        [names.appNamespace]: namespace,
        "app.oam.dev/uid": asText(at(app, "metadata", "uid")) ?? "",
        "app.oam.dev/appRevision": (publishVersion && lastSucceeded(labelled)) ?? latest ?? "",
      },
      ...(publishVersion ? { annotations: { [names.publishVersion]: publishVersion } } : {}),
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

/** No other Application has it: a namespace has no dots, and vela-core ends the names of its own with `-` and the namespace. */
const trackerName = (namespace: string, app: string): string => `${app}.${namespace}.${names.controller}`;

/** As it was before; another Application may have the same one. */
const formerName = (namespace: string, app: string): string => `${app}-${names.controller}-${namespace}`;

/** Whether an object is our ResourceTracker of the Application with that key: vela-core's are its own, and guard what it deletes. */
export const isTracker = (object: KubeObject, key: string): boolean =>
  object["kind"] === "ResourceTracker" &&
  (nameOf(object) === nameFor(trackerName, key) || isFormerTracker(object, key));

/** Whether it is one that has the name of before; those of vela-core have a finalizer. */
export const isFormerTracker = (object: KubeObject, key: string): boolean =>
  object["kind"] === "ResourceTracker" &&
  nameOf(object) === nameFor(formerName, key) &&
  asList(at(object, "metadata", "finalizers")).length === 0 &&
  `${labelOf(object, names.appNamespace)}/${labelOf(object, names.app)}` === key;

function nameFor(named: (namespace: string, app: string) => string, key: string): string {
  const [namespace = "", name = ""] = key.split("/");
  return named(namespace, name);
}

const managed = (object: KubeObject): JsonObject => ({
  apiVersion: object["apiVersion"],
  kind: object["kind"],
  name: nameOf(object),
  namespace: at(object, "metadata", "namespace"),
  component: labelOf(object, names.component) ?? "",
});

const order = (resource: JsonObject): number => tracked.indexOf(resource["kind"]);
