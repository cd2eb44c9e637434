import type { Change } from "../model/change.ts";
import type { Lookup, World } from "../model/world.ts";

/** Field paths. Lists that many findings share are nested as they are, so that each is looked at once. */
export type Places = readonly (string | Places)[];

/** What is wrong at a field, and what is required: `weights total 110 (90+20), must total 100`. */
export interface Finding {
  readonly field: string;
  readonly message: string;
  /**
   * Places that the finding takes as they are. Where an earlier rule refuses what stands at one, in it or around it, the
   * finding is only a consequence of that and is left out: one fault, one violation.
   */
  readonly from?: Places;
  /** The place that a misspelt key was probably meant for: what it says cannot be taken as it is either. */
  readonly meant?: string;
}

/** A finding and the rule that it breaks. */
export interface Violation extends Pick<Finding, "field" | "message"> {
  readonly rule: string;
}

/** One invariant of a valid Application. The file is named like the id. */
export interface Rule<K extends Lookup = Lookup> {
  readonly id: string;
  /** Codes of the catalogue of invariants (docs/rules.md) that this rule holds. */
  readonly codes: readonly string[];
  /** What a broken rule does, in the words of ValidatingAdmissionPolicy. */
  readonly action: "Deny" | "Warn";
  /** The part of the Application that it judges: rules about metadata also run when only labels or annotations change. */
  readonly about: "spec" | "metadata";
  /** One sentence that must be true. */
  readonly invariant: string;
  /** One sentence: what happens to the user otherwise. */
  readonly because: string;
  /** Other objects that it looks up. A rule that declares none needs nothing but the Application. */
  readonly reads: readonly K[];
  /**
   * Judges the plan as it is written, and looks other objects up only to tell revisions apart: it is asked also where an
   * unchanged publishVersion keeps the edit from taking effect.
   */
  readonly asWritten?: true;
  /** It says what the change will do, as a plan does: where the change is refused, it will not. */
  readonly foretells?: true;
  /** Where it is broken nothing else is judged: its time would have no bound, or its fields another meaning. */
  readonly gate?: true;
  check(change: Change, world: World<K>): Iterable<Finding>;
}

/** Declares a rule; `world` then has only the look-ups named in `reads`. */
export const rule = <const K extends Lookup = never>(declared: Rule<K>): Rule<K> => declared;
