import { readApplication, rolloutOf, traitOf } from "../../src/model/application.ts";
import { asInteger, asList, asText, at } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import { servicePorts } from "../../src/model/service-ports.ts";
import { type KubeObject, labelOf, nameOf } from "../../src/model/world.ts";
import { weightsOf } from "../../src/rollout/component.ts";
import { type Action, newborn, type Observed } from "../../src/rollout/observed.ts";
import type { Weights } from "../../src/rollout/weights.ts";
import { forgetFaults } from "./forgets.ts";
import { heldFaults } from "./held.ts";
import { inForce } from "./in-force.ts";
import { raiseFaults } from "./raises.ts";
import { returnFaults } from "./returns.ts";

/** The weights that a route of a component had, and until when (seconds of the simulated clock); unbounded if still. */
export interface PastRoute {
  readonly component: string;
  readonly weights: Weights;
  readonly until: number;
}

/**
 * What must hold at every write, in the state on which it was decided and for every proxy that lags by up to the settle
 * time: weights total 100; none is raised on a revision without a ready pod; every subset that a route names exists, and
 * goes last, a settle time after routes and pods; a revision with weight is never scaled to 0 or deleted; ready pods do
 * not fall below min(what there were, targetSize); a revision that had no weight gets none before its subset has settled and its
 * pods are known, but where calls fail already; no weight is raised beyond what ready pods carry; a return neither takes weight from
 * the stable revision nor gives it more than its pods can bear; a route outlives what it is asked for until pods that it does not split serve all alike; a
 * rollout that is held does not move. A component that the Application no longer has goes at once. Records of revisions go
 * last, and only those that nothing needs.
 */
export function violations(seen: Observed, action: Action, past: readonly PastRoute[]): readonly string[] {
  if (action.do === "write-status") return [];
  const observed = { ...seen, app: inForce(seen.app, seen.objects) };
  const { object } = action;
  if (action.do === "remove" && String(object["kind"]).endsWith("Revision")) return forgetFaults(observed, object);
  const component = labelOf(object, names.component) ?? "";
  if (!readApplication(observed.app).components.some(({ name }) => name === component)) return [];
  const ours = observed.objects.filter((other) => labelOf(other, names.component) === component);
  const lagging = past.filter((route) => route.component === component).map((route) => route.weights);
  const routes = ours.filter((other) => other["kind"] === "VirtualService").map(weightsOf);
  const scene = { observed, ours, inUse: [...routes, ...lagging] };
  switch (object["kind"]) {
    case "VirtualService":
      return action.do === "remove"
        ? removalFaults(object, scene)
        : [
            ...routeFaults(object, scene),
            ...returnFaults(observed, object),
            ...raiseFaults(observed, object),
            ...heldFaults(observed, object),
          ];
    case "DestinationRule":
      return ruleFaults(object, action.do === "remove" ? [] : subsetsOf(object), scene);
    case "Deployment":
      return action.do === "remove"
        ? scaleFaults(object, 0, scene)
        : [
            ...scaleFaults(object, asInteger(at(object, "spec", "replicas")) ?? 1, scene),
            ...heldFaults(observed, object),
          ];
    default:
      return [];
  }
}

interface Scene {
  readonly observed: Observed;
  readonly ours: readonly KubeObject[];
  /** Weights of the routes as they are, and as proxies may have them still. */
  readonly inUse: readonly Weights[];
}

const subsetsOf = (rule: KubeObject | undefined): string[] =>
  asList(at(rule, "spec", "subsets")).flatMap((subset) => asText(at(subset, "name")) ?? []);

function routeFaults(route: KubeObject, scene: Scene): string[] {
  const { observed, ours } = scene;
  const weights = weightsOf(route);
  const subsets = subsetsOf(ours.find((object) => object["kind"] === "DestinationRule"));
  const routes = ours.filter((object) => object["kind"] === "VirtualService").map(weightsOf);
  const had = (revision: string) => Math.max(0, ...routes.map((known) => known[revision] ?? 0));
  const entries = Object.entries(weights);
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  return [
    ...(entries.length > 0 && total !== 100 ? [`weights total ${total}`] : []),
    ...entries
      .filter(([revision]) => !subsets.includes(revision))
      .map(([revision]) => `route names ${revision}, which is no subset`),
    ...entries
      .filter(([revision, weight]) => weight > had(revision) && !isUrgent(scene, weights))
      .flatMap(([revision]) => unknownFaults(observed, route, revision, had(revision))),
    ...entries
      .filter(([revision, weight]) => weight > had(revision) && (observed.ready[revision] ?? 0) === 0)
      .map(([revision, weight]) => `${weight}% on ${revision}, which has no ready pod`),
  ];
}

/** A route goes when nobody asks for it any more, and only where calls find pods of one revision, or outside any, without it. */
function removalFaults(route: KubeObject, { observed, ours }: Scene): string[] {
  const name = labelOf(route, names.component) ?? "";
  const component = readApplication(observed.app).components.find((candidate) => candidate.name === name);
  const isEntrance = nameOf(route) !== name;
  const trait = isEntrance ? "istio-gateway" : "rollout";
  if (component && servicePorts(component).length > 0 && traitOf(component, trait))
    return [`${nameOf(route)} goes while it is asked for`];
  if (isEntrance) return [];
  const isReady = (object: KubeObject) => object["kind"] === "Deployment" && (observed.ready[nameOf(object)] ?? 0) > 0;
  const plain = ours.some((object) => isReady(object) && nameOf(object) === name);
  const revisions = ours.filter((object) => isReady(object) && nameOf(object) !== name);
  return plain || revisions.length <= 1 ? [] : [`the route goes while pods of ${revisions.length} revisions serve`];
}

/** A subset that was changed so lately that proxies may not know it, or pods that just came, of a revision that had no weight. */
function unknownFaults({ ages, settleSeconds }: Observed, route: KubeObject, revision: string, had: number): string[] {
  const { subsets, arrivals } = ages[labelOf(route, names.component) ?? ""] ?? newborn;
  const isYoung = (age: number | undefined, due: number) => (age ?? 0) < due;
  return [
    ...(isYoung(subsets[revision], settleSeconds) ? [`route names ${revision}, whose subset has not settled`] : []),
    ...(had === 0 && isYoung(arrivals[revision], Math.min(1, settleSeconds))
      ? [`route names ${revision}, whose pods have just come`]
      : []),
  ];
}

/** Whether what moves is lost already, with dead pods, or the route does not total 100 any more. */
const isUrgent = ({ observed, ours }: Scene, weights: Weights): boolean =>
  ours
    .filter((object) => object["kind"] === "VirtualService")
    .map(weightsOf)
    .some((before) => {
      const names = Object.keys(before);
      const isDead = (name: string) => (observed.ready[name] ?? 0) === 0;
      const moved = names.filter((name) => (weights[name] ?? 0) < (before[name] ?? 0));
      const total = names.reduce((sum, name) => sum + (before[name] ?? 0), 0);
      const isLost = names.some((name) => (before[name] ?? 0) > 0 && isDead(name)) && moved.every(isDead);
      return isLost || (names.length > 0 && total !== 100);
    });

/** A subset that somebody else took away is missed only where it has pods. */
function ruleFaults(rule: KubeObject, subsets: readonly string[], { observed, ours, inUse }: Scene): string[] {
  const had = subsetsOf(ours.find((object) => object["kind"] === "DestinationRule"));
  const { route, removal } = observed.ages[labelOf(rule, names.component) ?? ""] ?? newborn;
  const goes = had.filter((revision) => !subsets.includes(revision));
  const early = Math.min(route, removal) < observed.settleSeconds ? goes : [];
  const used = [...new Set(inUse.flatMap((weights) => Object.keys(weights)))]
    .filter((revision) => !subsets.includes(revision))
    .filter((revision) => had.includes(revision) || (observed.ready[revision] ?? 0) > 0)
    .map((revision) => `subset ${revision} goes while a proxy routes to it`);
  return [...used, ...early.map((revision) => `subset ${revision} goes before the proxies have settled`)];
}

function scaleFaults(deployment: KubeObject, replicas: number, { observed, ours, inUse }: Scene): string[] {
  const name = nameOf(deployment);
  const before = ours.find((object) => object["kind"] === "Deployment" && nameOf(object) === name);
  const component = labelOf(deployment, names.component) ?? "";
  const isPlain = labelOf(deployment, names.revision) === undefined;
  if (!before || (isPlain && sizeOf(observed, component) === 0)) return [];
  if (replicas >= (asInteger(at(before, "spec", "replicas")) ?? 1)) return [];
  const ready = observed.ready[name] ?? 0;
  const left = Math.min(ready, replicas);
  if (left === ready) return [];
  const others = ours
    .filter((object) => object["kind"] === "Deployment" && nameOf(object) !== name)
    .reduce((total, object) => total + (observed.ready[nameOf(object)] ?? 0), 0);
  const weight = Math.max(0, ...inUse.map((weights) => weights[name] ?? 0));
  const floor = Math.min(ready + others, sizeOf(observed, component));
  const hasRoute = ours.some((object) => object["kind"] === "VirtualService");
  const isEarly = isPlain && hasRoute && (observed.ages[component] ?? newborn).route < observed.settleSeconds;
  return [
    ...(isEarly ? [`pods outside any revision go before the proxies have the route`] : []),
    ...(left === 0 && weight > 0 ? [`${name} loses its last ready pod while a proxy gives it ${weight}%`] : []),
    ...(left + others < floor
      ? [`ready pods fall from ${ready + others} to ${left + others}, targetSize is ${sizeOf(observed, component)}`]
      : []),
  ];
}

function sizeOf(observed: Observed, name: string): number {
  const component = readApplication(observed.app).components.find((candidate) => candidate.name === name);
  return (component && rolloutOf(component)?.targetSize) ?? 0;
}
