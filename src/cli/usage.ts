import { basename } from "node:path";
import { parseDuration } from "../model/duration.ts";

/** Wrong usage or unreadable input: one line, exit code 2. */
export class UsageError extends Error {}

/** What was asked for cannot be done as things are: one line, exit code 1. */
export class Refusal extends Error {}

export const exitCodes = { ok: 0, refused: 1, usage: 2 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What the user typed: kubectl starts a plugin under its file name. */
export const programName = basename(process.argv[1] ?? "").startsWith("kubectl-rollguard")
  ? "kubectl rollguard"
  : "rollguard";

/** Seconds of a duration on the command line. */
export function durationOption(name: string, text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined || seconds < 0)
    throw new UsageError(`--${name} ${text} is no duration, use one such as 12s`);
  return seconds;
}
