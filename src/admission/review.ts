import type { Operation } from "../model/admission.ts";
import { type Change, changeOf, changesSpec, takesEffect } from "../model/change.ts";
import type { JsonObject } from "../model/json.ts";
import type { Lookup, World } from "../model/world.ts";
import type { Violation } from "../rules/rule.ts";
import { isTerminating, judge } from "./judge.ts";
import { mutated } from "./patch.ts";
import { warningLines } from "./respond.ts";

/** What a verdict is given against. */
export interface Surroundings {
  readonly world: World;
  /** Whether the world can answer a look-up at all; it always can where this is absent. */
  readonly knows?: (lookup: Lookup) => boolean;
  /** One line that says what an accepted change will do, or undefined where it starts no rollout. */
  readonly planLine?: (change: Change, world: World) => string | undefined;
}

export interface Review {
  readonly operation: "CREATE" | "UPDATE";
  readonly allowed: boolean;
  readonly violations: readonly Violation[];
  readonly warnings: readonly Violation[];
  /** The warnings as the API server gets them, the plan first. */
  readonly lines: readonly string[];
  readonly patch: readonly Operation[];
  /** The object as it would be stored. */
  readonly object: JsonObject;
  readonly notChecked: readonly string[];
}

/** The whole verdict on an object: mutations first, then the rules on what they made, as the API server does it. */
export function reviewObject(
  object: JsonObject,
  oldObject: JsonObject | undefined,
  surroundings: Surroundings,
): Review {
  const { object: admitted, patch } = mutated(changeOf(object, oldObject), surroundings.world);
  const validation = validated(changeOf(admitted, oldObject), surroundings);
  return {
    operation: oldObject ? "UPDATE" : "CREATE",
    ...validation,
    patch: validation.allowed ? patch : [],
    object: admitted,
  };
}

export type Validation = Pick<Review, "allowed" | "violations" | "warnings" | "lines" | "notChecked">;

/** The rules' verdict on an object as it would be stored. */
export function validated(change: Change, { world, knows, planLine }: Surroundings): Validation {
  const { violations, warnings, notChecked } = judge(change, world, knows);
  const allowed = violations.length === 0;
  const starts = allowed && !isTerminating(change) && changesSpec(change) && takesEffect(change);
  const plan = starts ? planLine?.(change, world) : undefined;
  return { allowed, violations, warnings, notChecked, lines: warningLines(warnings, plan) };
}
