import { type Application, type Component, canaryComponents, rolloutOf } from "../model/application.ts";
import { asInteger, asList, asText, at, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { remembered } from "../model/remembered.ts";
import { type KnownRevision, predictRevision, readRevision } from "../model/revision.ts";
import { servicePorts } from "../model/service-ports.ts";
import { lastStable } from "../model/standing.ts";
import { type KubeObject, nameOf } from "../model/world.ts";
import { currentRun, runSeconds } from "./current-run.ts";
import { deadlineIn, patienceFor } from "./deadline.ts";
import { find, newborn, type Observed, objectsOf, ofKind, revisionDeployments } from "./observed.ts";
import type { RevisionState, Situation } from "./situation.ts";
import type { Weights } from "./weights.ts";

/** Seconds in which istiod hears of a pod that we have heard of: the watches of two programs have no order. */
const arrivalPause = 1;

/** A canary component as it was observed. */
export interface CanaryComponent {
  readonly component: Component;
  /** Its revisions, as ControllerRevisions. */
  readonly revisions: readonly KubeObject[];
  readonly known: readonly KnownRevision[];
  /** The revision that its spec gets, whether it exists yet or not. */
  readonly predicted: string;
  /** The revision that its spec wants to run: the pinned one, else the predicted. */
  readonly desired: string;
  /** The revision whose pods never became ready in a rollout that failed. */
  readonly failed: string | undefined;
  /** The revision for which it goes back by itself: one that failed, its own or of a component beside it, or else its own. */
  readonly returnsFrom: string | undefined;
  readonly situation: Situation;
}

const seen = remembered((_observed: Observed) => new Map<Application, readonly CanaryComponent[]>());

/** The canary components of an Application. Remembered as long as what was observed is. */
export function observedCanaries(app: Application, observed: Observed): readonly CanaryComponent[] {
  const known = seen(observed).get(app);
  if (known) return known;
  const since = runSeconds(app, observed);
  const found = canaryComponents(app).map((component) => observeCanary(component, app, observed, since));
  const canaries = goingBack(app, found, observed);
  seen(observed).set(app, canaries);
  return canaries;
}

/**
 * It is the Application that rolls back by itself, for a revision whose pods failed or a workflow that did: with the
 * component that failed go all that are on their way.
 */
function goingBack(
  app: Application,
  canaries: readonly CanaryComponent[],
  observed: Observed,
): readonly CanaryComponent[] {
  if (app.annotations[names.onFailure] !== "rollback") return canaries;
  const cause = canaries.find(({ failed, desired }) => failed === desired);
  if (cause === undefined && currentRun(app, observed)?.status !== "failed") return canaries;
  return canaries.map((canary) => {
    const { stable } = canary.situation;
    if (stable === undefined || stable === canary.desired) return canary;
    const returnsFrom = canary.failed === canary.desired ? canary.failed : (cause?.failed ?? canary.desired);
    return { ...canary, returnsFrom, situation: { ...canary.situation, target: stable } };
  });
}

/** A canary component, in a run of the workflow that has lasted for `since` seconds. */
export function observeCanary(
  component: Component,
  app: Application,
  observed: Observed,
  since = runSeconds(app, observed),
): CanaryComponent {
  const own = objectsOf(component.name, observed.objects);
  const revisions = ofKind("ControllerRevision", own);
  const known = revisions.map(readRevision);
  const predicted = predictRevision(component, known);
  const desired = rolloutOf(component)?.targetRevision ?? predicted;
  const [record] = ofKind("ComponentRollout", own);
  const failed = hasRun(app) ? asText(at(record, "status", "failed")) : undefined;
  const stable = lastStable(known)?.name;
  return {
    component,
    revisions,
    known,
    predicted,
    desired,
    failed,
    returnsFrom: undefined,
    situation: situationOf(component, app, observed, { own, record, stable, target: desired, since }),
  };
}

/** A restart takes the status of the workflow away: what failed in the run before is tried again. */
const hasRun = (app: Application): boolean => at(app.raw, "status", "workflow") !== undefined;

interface Found {
  readonly own: readonly KubeObject[];
  readonly record: KubeObject | undefined;
  readonly stable: string | undefined;
  readonly target: string;
  readonly since: number;
}

function situationOf(
  component: Component,
  app: Application,
  observed: Observed,
  { own, record, stable, target, since }: Found,
): Situation {
  const { targetSize = 0, batches = [] } = rolloutOf(component) ?? {};
  const ages = observed.ages[component.name] ?? newborn;
  const revisions = revisionDeployments(own);
  const routes = ofKind("VirtualService", own);
  const mesh = routes.find((object) => nameOf(object) === component.name);
  const splits = [...(mesh ? [mesh] : []), ...routes].map(weightsOf);
  const rule = find(own, "DestinationRule", component.name);
  const plain = find(own, "Deployment", component.name);
  const hasService = find(own, "Service", component.name) !== undefined;
  const weights = splits.find((split) => Object.keys(split).length > 0);
  const byName = (read: (name: string) => number) =>
    Object.fromEntries(revisions.map(nameOf).map((name) => [name, read(name)]));
  return {
    size: targetSize,
    batches: batches.length > 0 ? batches : [targetSize],
    settledSize: asInteger(at(record, "status", "size")),
    stable,
    target,
    revisions: revisions.map((deployment) => revisionState(deployment, observed, since)),
    routed: servicePorts(component).length > 0 || weights !== undefined || hasService,
    weights,
    hasRule: rule !== undefined,
    subsets: rule ? subsetsOf(rule) : [],
    routeSettlesIn: left(ages.route, observed.settleSeconds),
    subsetSettlesIn: byName((name) => left(ages.subsets[name] ?? 0, observed.settleSeconds)),
    podsKnownIn: byName((name) => left(ages.arrivals[name] ?? 0, Math.min(arrivalPause, observed.settleSeconds))),
    removalSettlesIn: left(ages.removal, observed.settleSeconds),
    returnAtOnce: app.annotations[names.returnMode] === "at-once",
    awaitsAllPods: (asInteger(at(plain, "spec", "replicas")) ?? (plain ? 1 : 0)) > 0,
  };
}

const left = (age: number, due: number): number => Math.max(0, due - age);

function revisionState(deployment: KubeObject, observed: Observed, since: number): RevisionState {
  const name = nameOf(deployment);
  return {
    name,
    replicas: asInteger(at(deployment, "spec", "replicas")) ?? 1,
    ready: observed.ready[name] ?? 0,
    stuck: deadlineIn(deployment, patienceFor(deployment, observed, since)) === 0,
  };
}

/** The subsets of a DestinationRule, by name. */
const subsetsOf = remembered((rule: KubeObject): readonly string[] =>
  asList(at(rule, "spec", "subsets")).flatMap((subset) => asText(own(subset, "name")) ?? []),
);

/** The weights of a route's first rule: all of ours have the same. */
export const weightsOf = remembered((route: KubeObject): Weights => {
  const [rule] = asList(at(route, "spec", "http"));
  return Object.fromEntries(
    asList(own(rule, "route")).flatMap((entry) => {
      const subset = asText(at(entry, "destination", "subset"));
      return subset === undefined ? [] : [[subset, asInteger(own(entry, "weight")) ?? 100]];
    }),
  );
});
