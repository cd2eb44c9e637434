import fc from "fast-check";
import type { Pause, Style, Way } from "./shop-workflow.ts";

/** Ways that end where their spec says. */
export const way: fc.Arbitrary<Way> = fc.record({
  style: fc.constantFrom<Style>("none", "steps", "steps", "groups", "dag"),
  stops: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  rises: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 3, maxLength: 3 }),
  repeats: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  pauses: fc.array(fc.constantFrom<Pause>("none", "person", "timed"), { minLength: 3, maxLength: 3 }),
  applies: fc.constantFrom("never", "first", "last"),
});

/** Where a way leaves the straight path. */
const turns: fc.Arbitrary<Partial<Way>> = fc.record({
  turnsBack: fc.constantFrom(undefined, undefined, undefined, undefined, "at once", "after a pause"),
  goesOn: fc.boolean(),
  timeout: fc.constantFrom(undefined, undefined, "5s", "30s"),
  patience: fc.constantFrom(undefined, undefined, "5s", "40s"),
  groupTimeout: fc.constantFrom(undefined, undefined, "10s", "50s"),
  lastIf: fc.constantFrom<Way["lastIf"]>(undefined, undefined, "always", "succeeded", "failed", "timeout"),
  hasDetour: fc.constantFrom(false, false, false, true),
});

/** Ways that may end elsewhere than their spec says. */
export const rough: fc.Arbitrary<Way> = fc.tuple(way, turns).map(([smooth, turn]) => ({ ...smooth, ...turn }));

/** Of these, those in which nothing is to be in time. */
export const patient: fc.Arbitrary<Way> = rough.map((any) => ({
  ...any,
  timeout: undefined,
  patience: undefined,
  groupTimeout: undefined,
}));
