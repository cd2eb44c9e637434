import { sum } from "../model/application.ts";
import { type Weights, weightOf } from "./weights.ts";

/** A revision of a component that has a Deployment. */
export interface RevisionState {
  readonly name: string;
  /** `spec.replicas` of its Deployment. */
  readonly replicas: number;
  /** Ready endpoints, or ready replicas where the component has no Service. */
  readonly ready: number;
  /** Whether the Deployment has made no progress for its progress deadline. */
  readonly stuck: boolean;
}

/** Everything that decides what happens next to one canary component. */
export interface Situation {
  readonly size: number;
  /** Pods of each batch. */
  readonly batches: readonly number[];
  /** The size that was last reached completely; where a scaling starts. */
  readonly settledSize: number | undefined;
  readonly stable: string | undefined;
  readonly target: string;
  readonly revisions: readonly RevisionState[];
  /** Whether a route splits its traffic: it has a Service, or had one when the route was made. */
  readonly routed: boolean;
  /** Weights of the route; undefined where there is no route. */
  readonly weights: Weights | undefined;
  /** Whether there is a DestinationRule: it outlives its route, so that without one no proxy has ever had any. */
  readonly hasRule: boolean;
  readonly subsets: readonly string[];
  /** Seconds until the proxies are known to have the route; 0 where they have. */
  readonly routeSettlesIn: number;
  /** By revision, seconds until its weight may rise: until then proxies may not know its subset. */
  readonly subsetSettlesIn: Readonly<Record<string, number>>;
  /** By revision, seconds until it may have weight if it had none: until then proxies may not know its pods. */
  readonly podsKnownIn: Readonly<Record<string, number>>;
  /** Seconds until the proxies are known to have forgotten the pods that went last. */
  readonly removalSettlesIn: number;
  /** Whether a return to the stable revision moves all weight as soon as one of its pods is ready. */
  readonly returnAtOnce: boolean;
  /** Whether pods outside any revision serve still, so that the first route waits for all pods of the target. */
  readonly awaitsAllPods: boolean;
}

/** How far a rollout may go. */
export interface Goal {
  /** Index of the last batch that may run; -1 for none. */
  readonly partition: number;
  /** Percent of the traffic for the new revision at that batch; undefined: it follows the ready pods. */
  readonly weight: number | undefined;
}

const absent = (name: string): RevisionState => ({ name, replicas: 0, ready: 0, stuck: false });

export const revisionState = (situation: Situation, name: string): RevisionState =>
  situation.revisions.find((revision) => revision.name === name) ?? absent(name);

/** Revisions that have weight and no ready pod: calls to them fail. */
export const deadWithWeight = (situation: Situation): readonly string[] =>
  Object.entries(situation.weights ?? {})
    .filter(([name, weight]) => weight > 0 && revisionState(situation, name).ready === 0)
    .map(([name]) => name);

/** Pods of the new revision after batch `index`; beyond the last batch all of them, before the first none. */
export const podsAfter = ({ batches, size }: Situation, index: number): number => {
  if (index < 0) return 0;
  return index >= batches.length - 1 ? size : Math.min(size, sum(batches.slice(0, index + 1)));
};

/**
 * The revision that serves while the target comes up: the stable one, or one of a rollout before that stands in for it;
 * where nothing is stable yet the one with most weight and ready pods.
 */
export function sourceOf(situation: Situation): string | undefined {
  const { stable, target, weights, revisions } = situation;
  if (stable !== undefined) return standIn(situation, stable) ?? stable;
  return revisions
    .filter(({ name, ready }) => name !== target && (ready > 0 || weightOf(weights, name) > 0))
    .sort((a, b) => weightOf(weights, b.name) - weightOf(weights, a.name) || b.ready - a.ready)[0]?.name;
}

/**
 * An abandoned revision that carries more than a stable one which makes no progress. It is chosen by weight, which stays where
 * its pods crash.
 */
function standIn(situation: Situation, stable: string): string | undefined {
  const { target, routed, weights, revisions } = situation;
  if (stable === target || !revisionState(situation, stable).stuck) return undefined;
  const load = ({ name, ready }: RevisionState): number => (routed ? weightOf(weights, name) : ready);
  const least = load(revisionState(situation, stable));
  return revisions
    .filter((revision) => revision.name !== stable && revision.name !== target && load(revision) > least)
    .sort((a, b) => load(b) - load(a))[0]?.name;
}

/** Whether nothing is to be expected of the stable revision: it has traffic and no ready pod, or makes no progress. */
export function isStableLost(situation: Situation): boolean {
  const { stable, target, weights } = situation;
  if (stable === undefined || stable === target) return false;
  const { ready, stuck } = revisionState(situation, stable);
  return stuck || (ready === 0 && weightOf(weights, stable) > 0);
}

/** The revisions that are neither target nor source nor stable: what an abandoned rollout left. */
export function abandoned(situation: Situation): readonly RevisionState[] {
  const kept = [situation.target, sourceOf(situation), situation.stable];
  const named = new Set([
    ...situation.revisions.map((revision) => revision.name),
    ...Object.keys(situation.weights ?? {}),
  ]);
  return [...named].filter((name) => !kept.includes(name)).map((name) => revisionState(situation, name));
}

/**
 * Seconds until no proxy sends by an older route any more; one that was removed counts from then, and leaves its subsets
 * until it is forgotten.
 */
export function settlesIn({ routed, weights, hasRule, routeSettlesIn, removalSettlesIn }: Situation): number {
  if (!routed && !hasRule) return 0;
  return Math.max(routeSettlesIn, weights === undefined ? removalSettlesIn : 0);
}
