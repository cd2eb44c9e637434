import { type Change, changesMetadata, changesSpec, takesEffect } from "../model/change.ts";
import { at, type Json } from "../model/json.ts";
import { documentOrder } from "../model/path.ts";
import { type Lookup, type World, worldOf } from "../model/world.ts";
import { rules } from "../rules/index.ts";
import type { Rule, Violation } from "../rules/rule.ts";

/** What the rules say about a change. */
export interface Verdict {
  readonly violations: readonly Violation[];
  readonly warnings: readonly Violation[];
  /** Ids of the rules that were not asked, since what they look at is not known. */
  readonly notChecked: readonly string[];
}

const silent: Verdict = { violations: [], warnings: [], notChecked: [] };

/**
 * Judges a change by every rule that applies to it, all faults at once. `knows` says whether the world can answer a
 * look-up at all; in a cluster it always can.
 */
export function judge(change: Change, world: World, knows: (lookup: Lookup) => boolean = () => true): Verdict {
  if (isTerminating(change)) return silent;
  const asked = rules.filter(concerning(change));
  const answerable = asked.filter((rule) => rule.reads.every(knows));
  const notChecked = asked.filter((rule) => !answerable.includes(rule)).map((rule) => rule.id);
  const violations = outsized(change);
  if (violations.length > 0) return { violations, warnings: [], notChecked };
  const by = (action: Rule["action"]) => answerable.filter((rule) => rule.action === action && !rule.gate);
  return {
    violations: by("Deny")
      .flatMap((rule) => ask(rule, change, world))
      .sort(inDocumentOrder(change)),
    warnings: by("Warn").flatMap((rule) => ask(rule, change, world)),
    notChecked,
  };
}

/** What keeps a change from being judged, or mutated, at all. */
export const outsized = (change: Change): readonly Violation[] =>
  changesSpec(change) ? gates.flatMap((gate) => ask(gate, change, nothing)) : [];

/** They need nothing but the Application. */
const gates = rules.filter((rule) => rule.gate);
const nothing = worldOf([]);

const ask = (rule: Rule, change: Change, world: World): Violation[] =>
  [...rule.check(change, world)].map((finding) => ({ rule: rule.id, ...finding }));

const inDocumentOrder = (change: Change): ((a: Violation, b: Violation) => number) => {
  const order = documentOrder(change.app.raw as Json);
  return (a, b) => order(a.field, b.field);
};

/** An object that is being deleted always passes: nothing may stand in the way of removing a finalizer. */
export const isTerminating = (change: Change): boolean =>
  at(change.before?.raw, "metadata", "deletionTimestamp") !== undefined;

/**
 * Which rules an update concerns: none where neither spec nor metadata changed, those about metadata where only that
 * changed, and those about what is written where an unchanged publishVersion keeps the edit from taking effect.
 */
function concerning(change: Change): (rule: Rule) => boolean {
  if (!changesSpec(change)) {
    const isConcerned = changesMetadata(change);
    return (rule) => isConcerned && rule.about === "metadata";
  }
  const isInForce = takesEffect(change);
  return (rule) => isInForce || rule.reads.length === 0 || rule.asWritten === true;
}
