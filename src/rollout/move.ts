import type { RevisionState, Situation } from "./situation.ts";
import type { Weights } from "./weights.ts";

/**
 * The next thing to do for one canary component, or what it waits for. One write at a time: a controller that dies
 * before or after it finds a state from which the same rules lead on.
 */
export type Move =
  | { readonly kind: "scale"; readonly revision: string; readonly replicas: number }
  | { readonly kind: "subsets"; readonly subsets: readonly string[] }
  | { readonly kind: "route"; readonly weights: Weights }
  | { readonly kind: "remove"; readonly revision: string }
  | Wait;

export interface Wait {
  readonly kind: "wait";
  /** `pods` end by an event, the others after `seconds`; `stuck` needs a person. */
  readonly on: "pods" | "pause" | "settle" | "stuck";
  readonly revision: string;
  readonly seconds?: number;
  readonly text: string;
}

/** Pods come first, and nothing else happens until they are ready. */
export function grow(revision: RevisionState, pods: number): Move | undefined {
  if (revision.replicas < pods) return { kind: "scale", revision: revision.name, replicas: pods };
  return revision.ready < pods ? awaitPods(revision, pods) : undefined;
}

export function awaitPods(revision: RevisionState, pods: number): Wait {
  const text = `${revision.ready} of ${pods} pods of ${revision.name} are ready`;
  return { kind: "wait", on: revision.stuck ? "stuck" : "pods", revision: revision.name, text };
}

/** A Deployment without pods goes; until its last pod is gone there is nothing to do but wait. */
export function removeEmpty(revision: RevisionState, situation: Situation): Move | undefined {
  const exists = situation.revisions.some(({ name }) => name === revision.name);
  if (!exists || revision.replicas > 0) return undefined;
  if (revision.ready > 0)
    return { kind: "wait", on: "pods", revision: revision.name, text: `the last pods of ${revision.name} end` };
  return { kind: "remove", revision: revision.name };
}
