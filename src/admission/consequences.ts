import { enclosing } from "../model/path.ts";
import type { Finding } from "../rules/rule.ts";

export interface Findings<T extends Finding> {
  readonly findings: readonly T[];
  /** Whether they deny, so that what they are about cannot be taken as it is. */
  readonly deny: boolean;
}

/**
 * What the rules find, without what only follows from a place that a rule before refused. Findings of one rule do not
 * silence each other.
 */
export function* withoutConsequences<T extends Finding>(byRule: Iterable<Findings<T>>): Generator<T> {
  const places = refusedPlaces();
  for (const { findings, deny } of byRule) {
    const follows = remembered(places.touch);
    const given = findings.filter(({ from }) => from === undefined || !follows(from));
    yield* given;
    if (deny) for (const { field, meant } of given) places.refuse(field, meant);
  }
}

interface RefusedPlaces {
  refuse(...fields: readonly (string | undefined)[]): void;
  /** Whether something was refused at one of these places, in one or around one. */
  touch(places: readonly string[]): boolean;
}

function refusedPlaces(): RefusedPlaces {
  const refused = new Set<string>();
  const around = new Set<string>();
  return {
    refuse(...fields) {
      for (const field of fields) {
        if (field === undefined) continue;
        refused.add(field);
        for (const place of enclosing(field)) around.add(place);
      }
    },
    touch: (places) =>
      refused.size > 0 &&
      places.some((place) => around.has(place) || [...enclosing(place)].some((outer) => refused.has(outer))),
  };
}

/** Many findings of a rule come from the same list of places. */
function remembered(ask: (places: readonly string[]) => boolean): (places: readonly string[]) => boolean {
  const answers = new Map<readonly string[], boolean>();
  return (places) => {
    const answer = answers.get(places) ?? ask(places);
    answers.set(places, answer);
    return answer;
  };
}
