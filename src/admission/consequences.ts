import { enclosing } from "../model/path.ts";
import type { Finding, Places } from "../rules/rule.ts";

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
    const touches = remembered(places.touches);
    const given = findings.filter(({ from }) => from === undefined || !touches(from));
    yield* given;
    if (deny) for (const { field, meant } of given) places.refuse(field, meant);
  }
}

interface RefusedPlaces {
  refuse(...fields: readonly (string | undefined)[]): void;
  /** Whether something was refused at this place, in it or around it. */
  touches(place: string): boolean;
}

function refusedPlaces(): RefusedPlaces {
  const refused = new Set<string>();
  const around = new Set<string>();
  return {
    refuse(...fields) {
      for (const field of fields) {
        if (field === undefined) continue;
        refused.add(field);
        for (const place of enclosing(field)) {
          if (around.has(place)) break;
          around.add(place);
        }
      }
    },
    touches(place) {
      if (around.has(place)) return true;
      for (const outer of enclosing(place)) if (refused.has(outer)) return true;
      return false;
    },
  };
}

/** Many findings of a rule come from the same lists of places. */
function remembered(touches: (place: string) => boolean): (places: Places) => boolean {
  const answers = new Map<Places, boolean>();
  const ask = (places: Places): boolean => {
    const answer =
      answers.get(places) ?? places.some((place) => (typeof place === "string" ? touches(place) : ask(place)));
    answers.set(places, answer);
    return answer;
  };
  return ask;
}
