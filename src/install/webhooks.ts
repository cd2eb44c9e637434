import type { JsonObject } from "../model/json.ts";
import { names } from "../model/names.ts";
import { awaitsTime } from "../model/status.ts";
import { labels, place, serviceAccount } from "./place.ts";

/** As KubeVela's chart names it (kubevela/kubevela: charts/vela-core/templates/_helpers.tpl). */
const velaCore = "system:serviceaccount:vela-system:kubevela-vela-core";

/** What must pass without us: writes of controllers, so that ours never depends on its own webhook, nor vela-core on it. */
const notOurs = {
  name: "not-a-controller",
  expression: `!(request.userInfo.username in ["${serviceAccount}", "${velaCore}"])`,
};

/** Nothing may stand in the way of removing a finalizer, whatever else the object is. */
const notLeaving = {
  name: "not-being-deleted",
  expression: "oldObject == null || !has(oldObject.metadata.deletionTimestamp)",
};

/** A condition that fails refuses the write: what an object need not have is asked for before it is read. */
const orEmpty = (object: string, path: string): string => `(has(${object}.${path}) ? ${object}.${path} : {})`;

/** An update that changes neither spec nor labels nor annotations, as a finalizer or a status is, changes nothing that is judged. */
const changesSomething = {
  name: "changes-spec-or-metadata",
  expression: [
    'request.operation != "UPDATE"',
    ...["spec", "metadata.labels", "metadata.annotations"].map(
      (path) => `${orEmpty("object", path)} != ${orEmpty("oldObject", path)}`,
    ),
  ].join(" || "),
};

/** Longer lists are refused (rules/application-is-of-bounded-size.ts); a condition that costs too much would refuse without saying why. */
const longest = 200;

/** Of a list that may be missing, or none at all: types are looked at before us only when an object is stored. */
const some = (owner: string, key: string, item: string, condition: string): string =>
  `has(${owner}.${key}) && type(${owner}.${key}) == list && size(${owner}.${key}) <= ${longest} && ${owner}.${key}.exists(${item}, type(${item}) == map && (${condition}))`;

const unnamed = (step: string): string => `!has(${step}.name) || ${step}.name == ""`;
const subSteps = some("s", "subSteps", "t", unnamed("t"));
const workflow = "object.spec.workflow";
const hasSpec = "has(object.spec) && type(object.spec) == map";

/** Most workflows name all their steps: then there is nothing to add. */
const lacksNames = {
  name: "has-unnamed-steps",
  expression: `${hasSpec} && has(${workflow}) && type(${workflow}) == map && ${some(workflow, "steps", "s", `${unnamed("s")} || ${subSteps}`)}`,
};

/** Weights need sidecars; an Application that says something about them is left as it is. */
const lacksSidecars = {
  name: "rolls-out-without-sidecar-label",
  expression: `!("${names.sidecarInject}" in ${orEmpty("object", "metadata.labels")}) && ${hasSpec} && ${some("object.spec", "components", "c", some("c", "traits", "t", 'has(t.type) && t.type == "rollout"'))}`,
};

const hasWorkflow = (object: string): string => `has(${object}.status) && has(${object}.status.workflow)`;
const is = (object: string, flag: string): string =>
  `(${hasWorkflow(object)} && has(${object}.status.workflow.${flag}) && ${object}.status.workflow.${flag})`;
const wasAndIsNot = (flag: string): string => `${is("oldObject", flag)} && !${is("object", flag)}`;

const steps = (object: string): string =>
  `(${hasWorkflow(object)} && has(${object}.status.workflow.steps) ? ${object}.status.workflow.steps : [])`;

const begun = ["running", "suspending", "succeeded", "failed", "skipped"];
const isOf = (step: string, phases: readonly string[]): string =>
  `has(${step}.name) && has(${step}.phase) && ${step}.phase in ${JSON.stringify(phases)}`;

/** What is told of each step in one of these phases, and of each step of a group. */
const told = (phases: readonly string[], what: string) => {
  const isMeant = isOf("s", phases);
  const ofSteps = (list: string): string => `${list}.filter(s, ${isMeant}).map(s, ${what})`;
  const ofGroups = (list: string): string =>
    `${list}.filter(g, has(g.subSteps) && g.subSteps.exists(s, ${isMeant})).map(g, ${ofSteps("g.subSteps")})`;
  return [ofSteps, ofGroups].map((of) => `${of(steps("object"))} != ${of(steps("oldObject"))}`);
};

/**
 * Whether a step of one object is not of its kind in the other. That is in proportion to the square of their number, so that
 * more steps than an Application may have are not looked at: one that was stored without us can still be suspended.
 */
const isLost = (from: string, to: string, isMeant: (step: string) => string) => {
  const among = (list: string): string => `${list}.exists(t, has(t.name) && t.name == s.name && ${isMeant("t")})`;
  const isFew = (list: string): string => `size(${list}.filter(s, ${isOf("s", begun)})) <= ${longest}`;
  const ofSteps = `${isFew(steps(from))} && ${steps(from)}.exists(s, ${isMeant("s")} && !${among(steps(to))})`;
  const ofGroups = `${isFew(steps(from))} && ${steps(from)}.exists(g, has(g.subSteps) && ${isFew("g.subSteps")} && g.subSteps.exists(s, ${isMeant("s")} && !${steps(to)}.exists(h, has(h.subSteps) && ${among("h.subSteps")})))`;
  return [ofSteps, ofGroups];
};

/** The CLI writes null for a step that never began. */
const since = '(has(s.firstExecuteTime) && s.firstExecuteTime != null ? s.firstExecuteTime : "")';
const isSuspended = (step: string): string => isOf(step, ["suspending"]);
const isTimed = (step: string): string =>
  `${isSuspended(step)} && has(${step}.type) && ${step}.type == "suspend" && has(${step}.message) && ${step}.message.startsWith("${awaitsTime("")}")`;
const isNotTerminated = `!${is("object", "terminated")}`;

/**
 * An approval can be claimed, too, by whoever writes that steps have passed, that one behind it has begun, that one has failed
 * or is held no more, or that a wait began long ago, or ends by itself again. Suspending only holds more, and terminating
 * lets what was held fail.
 */
const claims = [
  ...told(["succeeded", "skipped"], "s.name"),
  ...told(begun, `[s.name, ${since}]`),
  ...told(["failed"], "s.name").map((failed) => `${isNotTerminated} && ${failed}`),
  ...isLost("oldObject", "object", isSuspended).map((lost) => `${isNotTerminated} && ${lost}`),
  ...isLost("object", "oldObject", isTimed),
];

const runOf = (object: string): string =>
  `(${hasWorkflow(object)} && has(${object}.status.workflow.appRevision) ? ${object}.status.workflow.appRevision : "")`;
const beginsAnew = `${runOf("object")} != ${runOf("oldObject")}`;
const isDeclaredDone = `${is("object", "finished")} && !${is("oldObject", "finished")}`;

/**
 * Going on with a workflow can be restricted; to suspend or terminate one must work with the webhook dead. One that waits is
 * terminated by taking back its suspension, too.
 */
const goesOn = {
  name: "resumes-or-restarts",
  expression: [
    `${hasWorkflow("oldObject")} && !(${hasWorkflow("object")})`,
    `${wasAndIsNot("suspend")} && !${is("object", "terminated")}`,
    wasAndIsNot("terminated"),
    beginsAnew,
    isDeclaredDone,
    ...claims,
  ].join(" || "),
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

/** Conditions on the labels of a namespace. */
type Selector = readonly JsonObject[];

/** What we judge everywhere but in our own namespace and that of the control plane. */
const elsewhere: Selector = [
  { key: "kubernetes.io/metadata.name", operator: "NotIn", values: [place.namespace, "kube-system"] },
];

/** There Istio injects unasked. */
const notInjected = { key: names.istioInjection, operator: "NotIn", values: ["enabled"] };

const webhook = (
  name: string,
  path: string,
  judged: readonly JsonObject[],
  rules: readonly JsonObject[],
  matchExpressions = elsewhere,
) => ({
  name: `${name}.rollguard.dev`,
  admissionReviewVersions: ["v1"],
  clientConfig: clientConfig(path),
  rules,
  sideEffects: "None",
  failurePolicy: "Fail",
  matchPolicy: "Equivalent",
  timeoutSeconds: 5,
  namespaceSelector: { matchExpressions },
  matchConditions: [notOurs, notLeaving, ...judged],
});

const configuration = (kind: string, webhooks: readonly JsonObject[]): JsonObject => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind,
  metadata: { name: place.name, labels },
  webhooks,
});

const written = rule(["CREATE", "UPDATE"], "applications");

/** A call costs as much as the verdict: one for each mutation, made only where that may have something to add. */
const mutating = (name: string, lacks: JsonObject, where?: Selector) => ({
  ...webhook(name, "/mutate", [changesSomething, lacks], [written], where),
  reinvocationPolicy: "IfNeeded",
});

/** The certificate authority is filled in by Rollguard when it starts. */
export const webhooks: readonly JsonObject[] = [
  configuration("MutatingWebhookConfiguration", [
    mutating("name-steps", lacksNames),
    mutating("inject-sidecar", lacksSidecars, [...elsewhere, notInjected]),
  ]),
  configuration("ValidatingWebhookConfiguration", [
    webhook("validate", "/validate", [changesSomething], [written]),
    webhook("validate-status", "/validate", [goesOn], [rule(["UPDATE"], "applications/status")]),
  ]),
];
