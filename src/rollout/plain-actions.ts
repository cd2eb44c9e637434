import type { Application, Component } from "../model/application.ts";
import { asInteger, at, type JsonObject, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, kindOf, labelOf, nameOf } from "../model/world.ts";
import { derivedObjects } from "../render/derived-objects.ts";
import type { Owner } from "../render/owner.ts";
import { moveActions } from "./canary-actions.ts";
import { observeCanary } from "./component.ts";
import { standstill } from "./goal.ts";
import { type Action, find, newborn, type Observed, objectsOf, ofKind, revisionDeployments } from "./observed.ts";
import { rescue } from "./rescue.ts";
import { removal } from "./unroute.ts";
import { ensure } from "./write.ts";

export interface PlainPlan {
  readonly actions: readonly Action[];
  readonly wakeIn: number | undefined;
}

/** What to write for a component without a rollout trait. */
export function plainPlan(component: Component, owner: Owner, observed: Observed): PlainPlan {
  const desired = derivedObjects(component, owner).map((object) =>
    asInForce(object, find(observed.objects, String(object["kind"]), nameOf(object))),
  );
  const outdated = desired.flatMap((object) => outdatedJob(object, observed.objects));
  const written = desired.flatMap((object) => ensure(observed.objects, object));
  const actions = [...outdated, ...(outdated.length > 0 ? [] : written)];
  return actions.length > 0 ? { actions, wakeIn: undefined } : retire(component, owner, observed);
}

/** Where an object holds what its pods are made of; that of a Job cannot be changed at all. */
const templates: Readonly<Record<string, string>> = {
  Deployment: "template",
  Job: "template",
  CronJob: "jobTemplate",
};

/** A pod template is rewritten only when the content of the spec changes, not when the program that renders it does. */
function asInForce(desired: KubeObject, observed: KubeObject | undefined): KubeObject {
  const hash = labelOf(desired, names.contentHash);
  const template = templates[String(desired["kind"])];
  if (template === undefined || observed === undefined || hash !== labelOf(observed, names.contentHash)) return desired;
  const inForce = at(observed, "spec", template) ?? null;
  if (inForce === at(desired, "spec", template)) return desired;
  return { ...desired, spec: { ...(desired["spec"] as JsonObject), [template]: inForce } };
}

/** A Job cannot be changed: it goes, and comes anew. */
function outdatedJob(desired: KubeObject, objects: readonly KubeObject[]): readonly Action[] {
  const observed = find(objects, "Job", nameOf(desired));
  if (
    kindOf(desired) !== "Job" ||
    !observed ||
    labelOf(desired, names.contentHash) === labelOf(observed, names.contentHash)
  )
    return [];
  return [{ do: "remove", object: observed, event: `remove Job ${nameOf(desired)}` }];
}

/**
 * A component that lost its rollout trait: once its own Deployment is ready the route goes, settle, then the subsets and
 * the pods of its last revision. Until then the route must lead to pods.
 */
function retire(component: Component, owner: Owner, observed: Observed): PlainPlan {
  const ours = objectsOf(component.name, observed.objects);
  const revisions = revisionDeployments(ours);
  const route = find(ours, "VirtualService", component.name);
  const rule = find(ours, "DestinationRule", component.name);
  const [record] = ofKind("ComponentRollout", ours);
  const left = [...(rule ? [rule] : []), ...revisions, ...(record ? [record] : [])];
  if (!route && left.length === 0) return { actions: [], wakeIn: undefined };
  const rescued = route && rescueRoute(component, owner, observed);
  if (rescued) return rescued;
  const plain = find(ours, "Deployment", component.name);
  const replicas = asInteger(at(plain, "spec", "replicas")) ?? 1;
  if ((asInteger(own(own(plain, "status"), "readyReplicas")) ?? 0) < replicas)
    return { actions: [], wakeIn: undefined };
  if (route) return { actions: [removal(route)], wakeIn: undefined };
  const ages = observed.ages[component.name] ?? newborn;
  const seconds = observed.settleSeconds - Math.min(ages.route, ages.removal);
  return seconds > 0 ? { actions: [], wakeIn: seconds } : { actions: left.map(removal), wakeIn: undefined };
}

function rescueRoute(component: Component, owner: Owner, observed: Observed): PlainPlan | undefined {
  const canary = observeCanary(component, owner.app, observed);
  const move = rescue(canary.situation, standstill);
  if (move?.kind === "wait") return { actions: [], wakeIn: move.seconds };
  return move && { actions: moveActions(move, canary, owner, observed.objects), wakeIn: undefined };
}

/** Kinds of objects that go with the component or trait that they were derived from, in the order in which they go. */
const collected = [
  "VirtualService",
  "Gateway",
  "DestinationRule",
  "Service",
  "HorizontalPodAutoscaler",
  "Deployment",
  "CronJob",
  "Job",
  "ComponentRollout",
];

/** What is left of components and traits that the Application no longer has. */
export function garbage(app: Application, owner: Owner, observed: Observed): readonly Action[] {
  const components = new Map(
    app.components.map((component) => [component.name, { component, desired: derivedObjects(component, owner) }]),
  );
  return collected.flatMap((kind) =>
    observed.objects
      .filter((object) => object["kind"] === kind && labelOf(object, names.app) === app.name)
      .filter((object) => isLeft(object, components.get(labelOf(object, names.component) ?? "")))
      .map(removal),
  );
}

/** A component with the objects that it stands for. */
interface Standing {
  readonly component: Component;
  readonly desired: readonly KubeObject[];
}

/** Of a component that is there still, what its traits no longer stand for; its rollout is not garbage. */
function isLeft(object: KubeObject, standing: Standing | undefined): boolean {
  if (!standing) return true;
  const { component, desired } = standing;
  const isRollout =
    labelOf(object, names.revision) !== undefined ||
    ["ComponentRollout", "DestinationRule"].includes(String(object["kind"]));
  if (
    isRollout ||
    (nameOf(object) === component.name && ["VirtualService", "Deployment"].includes(String(object["kind"])))
  )
    return false;
  return find(desired, String(object["kind"]), nameOf(object)) === undefined;
}
