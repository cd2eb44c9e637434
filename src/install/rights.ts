import type { JsonObject } from "../model/json.ts";
import { labels, place } from "./place.ts";

const rbac = "rbac.authorization.k8s.io";

const may = (apiGroups: readonly string[], resources: readonly string[], verbs: readonly string[]): JsonObject => ({
  apiGroups,
  resources,
  verbs,
});

const read = ["get", "list", "watch"] as const;
/** By a list and a watch; single objects of these are never asked for. */
const follow = ["list", "watch"] as const;
/** Server-side apply needs `patch`, and `create` for what is not there; who else writes it is read before it is named. */
const keep = [...read, "create", "patch", "delete"] as const;
const admission = "admissionregistration.k8s.io";

/** No more than what is read and written; nothing of Secrets, Roles or other people's kinds. */
const everywhere: readonly JsonObject[] = [
  may(["core.oam.dev"], ["applications"], [...read, "patch"]),
  may(["core.oam.dev"], ["applications/status"], ["update"]),
  // To name an Application as an owner that waits for what it owns (OwnerReferencesPermissionEnforcement).
  may(["core.oam.dev"], ["applications/finalizers"], ["update"]),
  may(["core.oam.dev"], ["applicationrevisions", "resourcetrackers"], keep),
  may(["core.oam.dev"], ["applicationrevisions/status"], ["patch"]),
  may(["rollguard.dev"], ["componentrollouts"], keep),
  may(["apps"], ["controllerrevisions", "deployments"], keep),
  may([""], ["services"], keep),
  may(["batch"], ["jobs", "cronjobs"], keep),
  may(["autoscaling"], ["horizontalpodautoscalers"], keep),
  may(["networking.istio.io"], ["gateways", "virtualservices", "destinationrules"], keep),
  // A proxy that istiod no longer lists is gone if its pod is.
  may([""], ["pods"], read),
  may([""], ["namespaces"], follow),
  may(["discovery.k8s.io"], ["endpointslices"], follow),
  may(["apiextensions.k8s.io"], ["customresourcedefinitions"], follow),
  may([admission], ["validatingwebhookconfigurations"], follow),
  {
    ...may([admission], ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"], [...read, "update"]),
    resourceNames: [place.name],
  },
  may(["events.k8s.io"], ["events"], ["create", "patch"]),
  may(["authorization.k8s.io"], ["subjectaccessreviews"], ["create"]),
];

const atHome: readonly JsonObject[] = [
  may(["coordination.k8s.io"], ["leases"], ["create"]),
  { ...may(["coordination.k8s.io"], ["leases"], ["get", "update"]), resourceNames: [place.lease] },
  may([""], ["secrets"], ["create"]),
  { ...may([""], ["secrets"], [...read, "update"]), resourceNames: [place.secret] },
];

const applications = ["applications", "applicationrevisions"] as const;

/** For people, through the roles `view` and `edit` of Kubernetes: to look at rollouts, and to apply and steer them. */
const forPeople = (role: "view" | "edit", rules: readonly JsonObject[]): JsonObject => ({
  apiVersion: `${rbac}/v1`,
  kind: "ClusterRole",
  metadata: {
    name: `${place.name}-${role}`,
    labels: { ...labels, [`rbac.authorization.k8s.io/aggregate-to-${role}`]: "true" },
  },
  rules,
});

const subjects = [{ kind: "ServiceAccount", name: place.name, namespace: place.namespace }];
export const rights: readonly JsonObject[] = [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: place.name, namespace: place.namespace, labels } },
  {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRole",
    metadata: { name: place.name, labels },
    rules: everywhere,
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: place.name, labels },
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: place.name },
    subjects,
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: "Role",
    metadata: { name: place.name, namespace: place.namespace, labels },
    rules: atHome,
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: "RoleBinding",
    metadata: { name: place.name, namespace: place.namespace, labels },
    roleRef: { apiGroup: rbac, kind: "Role", name: place.name },
    subjects,
  },
  forPeople("view", [
    may(["rollguard.dev"], ["componentrollouts"], read),
    may(["core.oam.dev"], [...applications, "applications/status"], read),
  ]),
  forPeople("edit", [
    may(["core.oam.dev"], ["applications"], ["create", "update", "patch", "delete"]),
    may(["core.oam.dev"], ["applications/status"], ["update", "patch"]),
  ]),
];
