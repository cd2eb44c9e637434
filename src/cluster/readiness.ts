import type { WatchState } from "./watch.ts";

/**
 * Milliseconds. A sound watch hears a bookmark a minute, and one that is silent for 90 s is opened anew: where that does not help,
 * what is known is old, and must lead neither to a verdict nor to a write.
 */
const maxSilence = 95_000;

/** Why nothing should be judged by what these watches know; undefined where they know enough. For `/readyz`. */
export function unready(states: Iterable<WatchState>): string | undefined {
  for (const { kind, isSynced, silence, failure } of states) {
    const reason = failure ? ` (${failure.reason})` : "";
    if (!isSynced) return `the first list of kind ${kind} is not complete${reason}`;
    // Of a kind that the cluster does not know nothing is heard, and nothing is missed.
    if (silence > maxSilence && !failure?.isNotFound)
      return `nothing was heard of kind ${kind} for more than a minute${reason}`;
  }
  return undefined;
}
