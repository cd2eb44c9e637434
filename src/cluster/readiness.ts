import type { WatchState } from "./watch.ts";

/** Three bookmarks that did not come: what is older must not lead to a verdict, nor to a write. */
const maxSilence = 180_000;

/** Why nothing should be judged by what these watches know; undefined where they know enough. For `/readyz`. */
export function unready(states: Iterable<WatchState>): string | undefined {
  for (const { kind, isSynced, silence, failure } of states) {
    const reason = failure ? ` (${failure.reason})` : "";
    if (!isSynced) return `the first list of kind ${kind} is not complete${reason}`;
    // Of a kind that the cluster does not know nothing is heard, and nothing is missed.
    if (silence > maxSilence && !failure?.isNotFound) return `nothing was heard of kind ${kind} for minutes${reason}`;
  }
  return undefined;
}
