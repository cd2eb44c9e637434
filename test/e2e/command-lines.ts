import { readdirSync, readFileSync } from "node:fs";

/** The command lines of what runs now. */
export function commandLines(): string[] {
  const read = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    } catch {
      return ""; // It has ended since.
    }
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(read);
}
