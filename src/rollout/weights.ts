import { sum } from "../model/application.ts";

/** Share of a component's traffic, in percent, by revision. The order is that of the route's destinations. */
export type Weights = Readonly<Record<string, number>>;

export const weightOf = (weights: Weights | undefined, revision: string): number => weights?.[revision] ?? 0;

export const sameWeights = (a: Weights | undefined, b: Weights): boolean =>
  a !== undefined &&
  [...Object.keys(a), ...Object.keys(b)].every((revision) => weightOf(a, revision) === weightOf(b, revision));

export const isWhole = (weights: Weights): boolean => sum(Object.values(weights)) === 100;

/** All weight on one revision; a single destination keeps its explicit weight. */
export const allOn = (revision: string): Weights => ({ [revision]: 100 });

/** `weight` percent to one revision, the rest to the other. */
export const split = (revision: string, weight: number, rest: string): Weights =>
  weight >= 100 ? allOn(revision) : { [rest]: 100 - weight, [revision]: weight };

/** `weight` percent on a revision, which has less, taken from others in turn. */
export function raised(
  weights: Weights | undefined,
  revision: string,
  weight: number,
  from: readonly string[],
): Weights {
  let due = weight - weightOf(weights, revision);
  const result: Record<string, number> = { ...weights, [revision]: weight };
  for (const name of from) {
    const taken = Math.min(due, result[name] ?? 0);
    result[name] = (result[name] ?? 0) - taken;
    due -= taken;
  }
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value > 0));
}

/** The revisions that a route names. */
export const routed = (weights: Weights | undefined): readonly string[] => Object.keys(weights ?? {});
