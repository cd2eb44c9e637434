/** Largest first, each with how many of it are told rather than one of the next. */
const units: readonly (readonly [letter: string, seconds: number])[] = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
];

/** `95s`, `12m`, `5h`, `3d`: as kubectl prints ages, in one unit. */
export function age(seconds: number): string {
  const unit = units.find(([, length]) => seconds >= 2 * length);
  return unit ? `${Math.floor(seconds / unit[1])}${unit[0]}` : `${Math.floor(seconds)}s`;
}
