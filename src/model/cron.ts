import { parseDuration } from "./duration.ts";
import { quote } from "./shape.ts";

interface Unit {
  readonly title: string;
  readonly least: number;
  readonly most: number;
  readonly words?: readonly string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const units: readonly Unit[] = [
  { title: "minute", least: 0, most: 59 },
  { title: "hour", least: 0, most: 23 },
  { title: "day of the month", least: 1, most: 31 },
  { title: "month", least: 1, most: 12, words: months },
  { title: "day of the week", least: 0, most: 6, words: days },
];
const descriptors: readonly string[] = [
  "@yearly",
  "@annually",
  "@monthly",
  "@weekly",
  "@daily",
  "@midnight",
  "@hourly",
];
const every = "@every ";

/**
 * What is wrong with the schedule of a CronJob, or undefined where nothing is. Kubernetes reads it with ParseStandard of
 * robfig/cron v3 (kubernetes/kubernetes: pkg/apis/batch/validation), and takes no time zone in it.
 */
export function scheduleFault(schedule: string): string | undefined {
  if (schedule.trim() === "") return "is empty, a cron schedule is required";
  if (schedule.includes("TZ")) return "names a time zone, which a CronJob does not take in its schedule";
  if (schedule.startsWith("@")) return descriptorFault(schedule);
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== units.length)
    return `has ${fields.length} ${fields.length === 1 ? "field" : "fields"}, minute, hour, day of the month, month and day of the week are required`;
  for (const [i, unit] of units.entries()) {
    const wrong = (fields[i] ?? "").split(",").find((range) => range !== "" && !isRange(range, unit));
    if (wrong !== undefined)
      return `has the ${unit.title} ${quote(wrong)}, ${unit.least} to ${unit.most}, * or a range is required`;
  }
  return undefined;
}

function descriptorFault(schedule: string): string | undefined {
  if (descriptors.includes(schedule)) return undefined;
  if (schedule.startsWith(every) && parseDuration(schedule.slice(every.length)) !== undefined) return undefined;
  return `is none of ${descriptors.join(", ")} and "@every" with a duration such as 1h`;
}

/** `5`, `1-5`, `mon-fri`, `*`, `?`, each with a step after a slash or without. */
function isRange(range: string, unit: Unit): boolean {
  const [span = "", step = "1", ...rest] = range.split("/");
  const [low = "", high, ...more] = span.split("-");
  if (rest.length > 0 || !/^\+?\d+$/.test(step) || Number(step) === 0) return false;
  if (low === "*" || low === "?") return true;
  const start = numberOf(low, unit);
  const end = high === undefined ? start : numberOf(high, unit);
  return more.length === 0 && start >= unit.least && end <= unit.most && start <= end;
}

/** Not a number for what is neither one nor a word for one. */
function numberOf(text: string, { least, words = [] }: Unit): number {
  const word = words.indexOf(text.toLowerCase());
  if (word >= 0) return word + least;
  return /^\+?\d+$/.test(text) ? Number(text) : Number.NaN;
}
