import { asText, at } from "../model/json.ts";
import type { KubeObject } from "../model/world.ts";

/** Where the API server keeps the objects of a kind. */
export interface Resource {
  readonly kind: string;
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly isNamespaced: boolean;
}

const namespaced = (kind: string, group: string, version: string, plural: string): Resource => ({
  kind,
  group,
  version,
  plural,
  isNamespaced: true,
});
const clusterWide = (...names: readonly [kind: string, group: string, version: string, plural: string]): Resource => ({
  ...namespaced(...names),
  isNamespaced: false,
});

/** Every kind that is read or written. */
export const resources = {
  Application: namespaced("Application", "core.oam.dev", "v1beta1", "applications"),
  ApplicationRevision: namespaced("ApplicationRevision", "core.oam.dev", "v1beta1", "applicationrevisions"),
  ResourceTracker: clusterWide("ResourceTracker", "core.oam.dev", "v1beta1", "resourcetrackers"),
  ComponentRollout: namespaced("ComponentRollout", "rollguard.dev", "v1alpha1", "componentrollouts"),
  ControllerRevision: namespaced("ControllerRevision", "apps", "v1", "controllerrevisions"),
  Deployment: namespaced("Deployment", "apps", "v1", "deployments"),
  Service: namespaced("Service", "", "v1", "services"),
  Pod: namespaced("Pod", "", "v1", "pods"),
  Namespace: clusterWide("Namespace", "", "v1", "namespaces"),
  Event: namespaced("Event", "events.k8s.io", "v1", "events"),
  EndpointSlice: namespaced("EndpointSlice", "discovery.k8s.io", "v1", "endpointslices"),
  Job: namespaced("Job", "batch", "v1", "jobs"),
  CronJob: namespaced("CronJob", "batch", "v1", "cronjobs"),
  HorizontalPodAutoscaler: namespaced("HorizontalPodAutoscaler", "autoscaling", "v2", "horizontalpodautoscalers"),
  Gateway: namespaced("Gateway", "networking.istio.io", "v1", "gateways"),
  VirtualService: namespaced("VirtualService", "networking.istio.io", "v1", "virtualservices"),
  DestinationRule: namespaced("DestinationRule", "networking.istio.io", "v1", "destinationrules"),
  Lease: namespaced("Lease", "coordination.k8s.io", "v1", "leases"),
  CustomResourceDefinition: clusterWide(
    "CustomResourceDefinition",
    "apiextensions.k8s.io",
    "v1",
    "customresourcedefinitions",
  ),
  ValidatingWebhookConfiguration: clusterWide(
    "ValidatingWebhookConfiguration",
    "admissionregistration.k8s.io",
    "v1",
    "validatingwebhookconfigurations",
  ),
  MutatingWebhookConfiguration: clusterWide(
    "MutatingWebhookConfiguration",
    "admissionregistration.k8s.io",
    "v1",
    "mutatingwebhookconfigurations",
  ),
  Secret: namespaced("Secret", "", "v1", "secrets"),
  SubjectAccessReview: clusterWide("SubjectAccessReview", "authorization.k8s.io", "v1", "subjectaccessreviews"),
} as const satisfies Record<string, Resource>;
export type ResourceKind = keyof typeof resources;

export const apiVersionOf = ({ group, version }: Resource): string => (group === "" ? version : `${group}/${version}`);

/** The resource of an object; an object of a kind that is not in the table is a mistake of ours. */
export function resourceOf(object: KubeObject): Resource {
  const kind = asText(at(object, "kind")) ?? "";
  const resource: Resource | undefined = Object.hasOwn(resources, kind) ? resources[kind as ResourceKind] : undefined;
  const group = groupOf(asText(at(object, "apiVersion")) ?? "");
  if (resource?.group !== group) throw new Error(`no resource is known for ${kind || "an object"} of "${group}"`);
  return resource;
}

const groupOf = (apiVersion: string): string => (apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "");

/** The path of all objects of a resource: in one namespace, or in all. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const root = resource.group === "" ? "/api/v1" : `/apis/${apiVersionOf(resource)}`;
  const scope = resource.isNamespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${scope}/${resource.plural}`;
}

/** The path of one object, or of a sub-resource of it such as `status`. */
export function objectPath(resource: Resource, namespace: string, name: string, subResource?: string): string {
  if (name === "" || (resource.isNamespaced && namespace === ""))
    throw new Error(`an object of kind ${resource.kind} needs a name and a namespace`);
  const path = `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
  return subResource === undefined ? path : `${path}/${subResource}`;
}

/** A path with parameters; those that are undefined are left out. */
export function withQuery(path: string, parameters: Readonly<Record<string, string | number | undefined>>): string {
  const query = Object.entries(parameters).flatMap(([key, value]) =>
    value === undefined ? [] : `${encodeURIComponent(key)}=${encodeURIComponent(value)}`,
  );
  return query.length === 0 ? path : `${path}?${query.join("&")}`;
}
