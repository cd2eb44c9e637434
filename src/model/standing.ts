import { type Component, rolloutOf } from "./application.ts";
import { type Change, canaryBefore } from "./change.ts";
import { asInteger, asText, at } from "./json.ts";
import { contentHash, type KnownRevision, predictRevision, readRevision } from "./revision.ts";
import type { KubeObject, World } from "./world.ts";

/** Look-ups that the standing of a component needs. */
export const standingReads = ["ControllerRevision by component", "ComponentRollout"] as const;
export type StandingReads = (typeof standingReads)[number];

/** Where a canary component stands, and where a change would take it. */
export interface Standing {
  /** Names of the revisions that exist, oldest first. */
  readonly known: readonly string[];
  /** The revision that the new spec gets. */
  readonly predicted: string;
  /** The revision to run: the pinned `targetRevision`, else the predicted one. */
  readonly desired: string;
  /** The last revision that was rolled out completely. */
  readonly stable: string | undefined;
  /** The revision in force before this change: the one that is rolled out, or is being rolled out. */
  readonly current: string | undefined;
  /** Whether a rollout to `current` is in progress. */
  readonly rolling: boolean;
  /** Whether that rollout replaces a stable revision: what a first deployment began binds nobody. */
  readonly replacing: boolean;
  /** Index of the last batch that was begun in that rollout; -1 where none was. */
  readonly batch: number;
  /** Pods that the component has, or is to have, before this change; undefined where it is new. */
  readonly size: number | undefined;
  /** Pods that the stable revision had when it was last complete. */
  readonly settledSize: number | undefined;
  /** Whether the change starts a rollout to another revision than the one in force. */
  readonly changes: boolean;
  /** Whether the controller has seen the spec that is in force, or its revision makes no difference to the change. */
  readonly recorded: boolean;
}

/** Whether a revision exists, or is the one that the new spec creates. */
export const exists = ({ known, predicted }: Standing, revision: string): boolean =>
  revision === predicted || known.includes(revision);

/** The revision whose pods serve until the one that is to run takes over. */
export const servingOf = ({ stable, current }: Standing): string | undefined => stable ?? current;

const memo = new WeakMap<Change, Map<Component, Standing>>();

/** The standing of a canary component of `change.app`. Remembered per change, which lives as long as one review in one world. */
export function standingOf(component: Component, change: Change, world: World<StandingReads>): Standing {
  const known = memo.get(change) ?? new Map<Component, Standing>();
  const standing = known.get(component) ?? computeStanding(component, change, world);
  memo.set(change, known.set(component, standing));
  return standing;
}

function computeStanding(component: Component, change: Change, world: World<StandingReads>): Standing {
  const { namespace } = change.app;
  const found = world.find("ControllerRevision by component", `${namespace}/${component.name}`).map(readRevision);
  const before = canaryBefore(change, component.name);
  const hope = before && !isRecorded(before, change, found) ? hoped(before, found) : undefined;
  const revisions = hope ? [...found, hope] : found;
  const record = world.get("ComponentRollout", namespace, component.name);
  const predicted = predictRevision(component, revisions);
  const desired = rolloutOf(component)?.targetRevision ?? predicted;
  const stable = asText(at(record, "status", "stable")) ?? lastStable(revisions)?.name;
  const current = before && inForce(before, change, record, revisions);
  const rolling = current !== undefined && current !== stable;
  const size = before && rolloutOf(before)?.targetSize;
  return {
    known: [...revisions].sort((a, b) => a.number - b.number).map((revision) => revision.name),
    predicted,
    desired,
    stable,
    current,
    rolling,
    replacing: rolling && stable !== undefined,
    batch: (targetOf(record) === current ? asInteger(at(record, "status", "batch")) : undefined) ?? -1,
    size,
    settledSize: asInteger(at(record, "status", "size")) ?? size,
    changes: desired !== (current ?? stable),
    recorded: !hope || predicted === hope.name || found.some((revision) => revision.name === desired),
  };
}

/** A revision exists as a ControllerRevision, not as a hope; until the controller has seen the live spec it may be missing. */
function isRecorded(before: Component, change: Change, known: readonly KnownRevision[]): boolean {
  const predicted = predictRevision(before, known);
  return isObserved(change) || known.some((revision) => revision.name === predicted);
}

function isObserved({ before }: Change): boolean {
  const generation = asInteger(at(before?.raw, "metadata", "generation")) ?? 1;
  return (asInteger(at(before?.raw, "status", "observedGeneration")) ?? 0) >= generation;
}

const targetOf = (record: KubeObject | undefined): string | undefined => asText(at(record, "status", "target"));

/** What the controller rolls out counts, once it has seen the spec: an edit without a new publishVersion took no effect. */
const inForce = (
  before: Component,
  change: Change,
  record: KubeObject | undefined,
  revisions: readonly KnownRevision[],
): string =>
  (isObserved(change) ? targetOf(record) : undefined) ??
  rolloutOf(before)?.targetRevision ??
  predictRevision(before, revisions);

const hoped = (before: Component, known: readonly KnownRevision[]): KnownRevision => ({
  name: predictRevision(before, known),
  number: Math.max(0, ...known.map((revision) => revision.number)) + 1,
  hash: contentHash(before),
  stableSince: undefined,
});

export const lastStable = (revisions: readonly KnownRevision[]): KnownRevision | undefined =>
  stablesInTime(revisions).at(-1);

/** The revisions that have been stable, in the order in which they became so last. */
export const stablesInTime = (revisions: readonly KnownRevision[]): readonly KnownRevision[] =>
  revisions
    .filter((revision) => revision.stableSince !== undefined)
    .sort((a, b) => inTime(a.stableSince ?? "", b.stableSince ?? "") || a.number - b.number);

/** RFC 3339 times of one form compare as text. */
const inTime = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
