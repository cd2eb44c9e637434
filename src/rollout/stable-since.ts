import type { KnownRevision } from "../model/revision.ts";
import { formatTime, parseTime } from "../model/time.ts";

/** The clock of another leader may be behind: the revision that becomes stable now is the latest all the same. */
export const laterThan = (known: readonly KnownRevision[], now: number): number =>
  Math.max(now, ...known.map(({ stableSince }) => (parseTime(stableSince ?? "") ?? 0) + 0.001));

/** Two revisions can become stable within a second of each other, and which was later must show. */
export const preciseTime = (seconds: number): string => {
  const milliseconds = Math.round(seconds * 1000);
  return formatTime(Math.floor(milliseconds / 1000)).replace("Z", `.${String(milliseconds % 1000).padStart(3, "0")}Z`);
};
