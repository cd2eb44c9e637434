/** Seconds since 1970 at which the simulated clock stands at 0. */
export const epoch = 1767225600;

/** `0:16`, and tenths where it is no whole second: `0:16.5`. */
export function clock(seconds: number): string {
  const exact = Math.round(seconds * 1000) / 1000;
  const isWhole = Number.isInteger(exact);
  const tenths = Math.round(exact * 10);
  const whole = Math.floor(tenths / 10);
  const fraction = isWhole ? "" : `.${tenths % 10}`;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}${fraction}`;
}

/** A time, given in seconds since 1970, on the clock of the simulation. */
export const onTheClock = (seconds: number): string => clock(seconds - epoch);
