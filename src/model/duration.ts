import { quote } from "./shape.ts";

/** Nanoseconds of each unit. There is no day: its length would depend on the calendar. */
const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  "\u00b5s": 1e3,
  "\u03bcs": 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** The longest duration that Go can hold, in nanoseconds. */
const longest = 2 ** 63;

/**
 * Seconds of a duration as Go writes it (golang.org: time.ParseDuration): `1h30m`, `1.5s`, `100ms`, `-5s`, `0`. Undefined
 * for anything else, such as `1d` or `1min`.
 */
export function parseDuration(text: string): number | undefined {
  const unsigned = /^[+-]/.test(text) ? text.slice(1) : text;
  const sign = text.startsWith("-") ? -1 : 1;
  if (unsigned === "0") return 0;
  const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/y;
  let nanoseconds = 0;
  while (part.lastIndex < unsigned.length) {
    const [, number, unit] = part.exec(unsigned) ?? [];
    if (number === undefined || unit === undefined) return undefined;
    nanoseconds += Math.trunc(Number(number) * (units[unit] ?? 0));
  }
  return unsigned === "" || nanoseconds >= longest ? undefined : (sign * nanoseconds) / 1e9;
}

/** What is wrong with a duration that must be positive, or undefined where nothing is. */
export function durationFault(value: string): string | undefined {
  const seconds = parseDuration(value);
  if (seconds === undefined)
    return `${quote(value)} is no duration, use one such as 30s, 5m or 1h30m (units are ms, s, m, h)`;
  return seconds > 0 ? undefined : `${quote(value)} is no time at all, must be positive`;
}
