import type { JsonObject } from "../model/json.ts";
import { labels, place, serviceAccount } from "./place.ts";

/** As KubeVela's chart names it (kubevela/kubevela: charts/vela-core/templates/_helpers.tpl). */
const velaCore = "system:serviceaccount:vela-system:kubevela-vela-core";

/** What must pass without us: writes of controllers, so that ours never depends on its own webhook, nor vela-core on it. */
const notOurs = {
  name: "not-a-controller",
  expression: `!(request.userInfo.username in ["${serviceAccount}", "${velaCore}"])`,
};

const map = (object: string, member: string): string =>
  `(has(${object}.metadata.${member}) ? ${object}.metadata.${member} : {})`;

/** An update that changes neither spec nor labels nor annotations, as a finalizer or a status is, changes nothing that is judged. */
const changesSomething = {
  name: "changes-spec-or-metadata",
  expression: [
    'request.operation != "UPDATE"',
    "object.spec != oldObject.spec",
    ...["labels", "annotations"].map((member) => `${map("object", member)} != ${map("oldObject", member)}`),
  ].join(" || "),
};

/** Going on with a workflow can be restricted; to suspend or terminate one must work with the webhook dead. */
const goesOn = {
  name: "resumes-or-restarts",
  expression: [
    "has(oldObject.status) && has(oldObject.status.workflow) && (!has(object.status) || !has(object.status.workflow)",
    ...["suspend", "terminated"].map((flag) => `oldObject.status.workflow.${flag} && !object.status.workflow.${flag}`),
  ]
    .join(" || ")
    .concat(")"),
};

const clientConfig = (path: string): JsonObject => ({
  service: { namespace: place.namespace, name: place.name, path, port: 443 },
});

const rule = (operations: readonly string[], resource: string): JsonObject => ({
  apiGroups: ["core.oam.dev"],
  apiVersions: ["v1beta1"],
  operations,
  resources: [resource],
  scope: "Namespaced",
});

const webhook = (name: string, path: string, matchConditions: readonly JsonObject[], rules: readonly JsonObject[]) => ({
  name: `${name}.rollguard.dev`,
  admissionReviewVersions: ["v1"],
  clientConfig: clientConfig(path),
  rules,
  sideEffects: "None",
  failurePolicy: "Fail",
  matchPolicy: "Equivalent",
  timeoutSeconds: 5,
  namespaceSelector: {
    matchExpressions: [
      { key: "kubernetes.io/metadata.name", operator: "NotIn", values: [place.namespace, "kube-system"] },
    ],
  },
  matchConditions,
});

const configuration = (kind: string, webhooks: readonly JsonObject[]): JsonObject => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind,
  metadata: { name: place.name, labels },
  webhooks,
});

const written = rule(["CREATE", "UPDATE"], "applications");

/** The certificate authority is filled in by Rollguard when it starts. */
export const webhooks: readonly JsonObject[] = [
  configuration("MutatingWebhookConfiguration", [
    { ...webhook("mutate", "/mutate", [notOurs, changesSomething], [written]), reinvocationPolicy: "IfNeeded" },
  ]),
  configuration("ValidatingWebhookConfiguration", [
    webhook("validate", "/validate", [notOurs, changesSomething], [written]),
    webhook("validate-status", "/validate", [notOurs, goesOn], [rule(["UPDATE"], "applications/status")]),
  ]),
];
