import { asList, asText, at } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import { readRevision } from "../../src/model/revision.ts";
import { lastStable } from "../../src/model/standing.ts";
import { type KubeObject, labelOf, nameOf } from "../../src/model/world.ts";
import { weightsOf } from "../../src/rollout/component.ts";

/** What is in a cluster at one moment. */
export interface Moment {
  readonly objects: readonly KubeObject[];
  ready(revision: string): number;
  /** Whether the proxies have had the subset of a revision of a component for the settle time. */
  isKnown(component: string, revision: string): boolean;
}

interface Ours extends Moment {
  readonly component: string;
  readonly revisions: readonly string[];
  readonly routes: readonly KubeObject[];
}

/** What is wrong with a cluster at one moment, whoever wrote it; no write of ours may bring it about. */
export const faultsOf = (moment: Moment): readonly string[] => componentsOf(moment).flatMap(routeFaults);

/** What may be so between two writes, but not for long. */
export const unfinished = (moment: Moment): readonly string[] =>
  componentsOf(moment).flatMap((ours) => [
    ...differentRoutes(ours),
    ...missingRoute(ours, moment.isKnown),
    ...untold(ours),
  ]);

/** What may be so while the proxies learn of subsets, but not once nothing goes on any more. */
export const awaited = (moment: Moment): readonly string[] =>
  componentsOf(moment).flatMap((ours) => missingRoute(ours, () => true));

function componentsOf({ objects, ready, isKnown }: Moment): readonly Ours[] {
  const components = new Set(objects.flatMap((object) => labelOf(object, names.component) ?? []));
  return [...components].map((component) => {
    const own = objects.filter((object) => labelOf(object, names.component) === component);
    const routes = own.filter((object) => object["kind"] === "VirtualService");
    const pods = own.filter((object) => object["kind"] === "Deployment" && labelOf(object, names.revision));
    return { objects: own, ready, isKnown, component, routes, revisions: pods.map(nameOf) };
  });
}

function routeFaults({ objects, ready, routes, revisions }: Ours): readonly string[] {
  const rule = objects.find((object) => object["kind"] === "DestinationRule");
  const subsets = asList(at(rule, "spec", "subsets")).map((subset) => asText(at(subset, "name")));
  const known = objects.filter((object) => object["kind"] === "ControllerRevision").map(readRevision);
  const stable = lastStable(known)?.name;
  const serves = revisions.some((revision) => ready(revision) > 0);
  return routes.flatMap((route) => {
    const entries = Object.entries(weightsOf(route));
    const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
    const lost = entries.filter(([revision]) => !subsets.includes(revision));
    const dead = entries.filter(([name, weight]) => weight > 0 && name !== stable && ready(name) === 0 && serves);
    return [
      ...(entries.length > 0 && total !== 100 && serves ? [`weights of ${nameOf(route)} total ${total}`] : []),
      ...lost.map(([revision]) => `${nameOf(route)} names ${revision}, which is no subset`),
      ...dead.map(([revision]) => `${nameOf(route)} gives weight to ${revision}, which has no ready pod`),
    ];
  });
}

/**
 * Pods of a revision that serve have a route to them, if proxies know of it, unless pods outside any revision do their work
 * still.
 */
function missingRoute(
  { component, objects, ready, revisions, routes }: Ours,
  isKnown: Moment["isKnown"],
): readonly string[] {
  const has = (kind: string) => objects.some((object) => object["kind"] === kind && nameOf(object) === component);
  const serves = revisions.some((revision) => ready(revision) > 0 && isKnown(component, revision));
  const isMissing =
    has("Service") && serves && !has("Deployment") && !routes.some((route) => nameOf(route) === component);
  return isMissing ? [`${component} has no route`] : [];
}

/** Calls that go to dead pods, and a component that is said to be well, or on its way. */
function untold({ component, objects, ready, routes }: Ours): readonly string[] {
  const record = objects.find((object) => object["kind"] === "ComponentRollout");
  const isDead = ([name, weight]: readonly [string, number]) => weight > 0 && ready(name) === 0;
  const dead = routes.some((route) => Object.entries(weightsOf(route)).some(isDead));
  const phase = asText(at(record, "status", "phase")) ?? "";
  return dead && record && phase !== "Stalled" ? [`${component} is ${phase}, and calls go to dead pods`] : [];
}

/** A route that names no subset sends to all pods of the component. */
function differentRoutes({ component, ready, revisions, routes }: Ours): readonly string[] {
  const split = routes.map(weightsOf).filter((weights) => Object.keys(weights).length > 0);
  const weights = split.map((each) => JSON.stringify(Object.entries(each).sort()));
  const serves = revisions.some((revision) => ready(revision) > 0);
  return serves && new Set(weights).size > 1 ? [`routes of ${component} differ`] : [];
}
