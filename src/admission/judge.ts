import { type Change, changesMetadata, changesSpec, takesEffect } from "../model/change.ts";
import { at } from "../model/json.ts";
import { inDocumentOrder } from "../model/path.ts";
import { type Lookup, type World, worldOf } from "../model/world.ts";
import { rules } from "../rules/index.ts";
import type { Finding, Rule, Violation } from "../rules/rule.ts";
import { withoutConsequences } from "./consequences.ts";

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
  const gated = outsized(change);
  if (gated.length > 0) return { violations: gated, warnings: [], notChecked };
  const by = (action: Rule["action"]) =>
    answerable
      .filter((rule) => rule.action === action && !rule.gate)
      .map((rule) => ({ findings: ask(rule, change, world), deny: action === "Deny" }));
  const found = [...withoutConsequences([...by("Deny"), ...by("Warn")])];
  const denied = found.filter(({ deny }) => deny);
  const isRefused = denied.length > 0;
  return {
    violations: inDocumentOrder(change.app.raw, denied).map(violation),
    warnings: found.filter(({ deny, foretells }) => !deny && !(isRefused && foretells)).map(violation),
    notChecked,
  };
}

/** What keeps a change from being judged, or mutated, at all; the first of the gates that it does not pass. */
export function outsized(change: Change): readonly Violation[] {
  for (const gate of gates.filter(concerning(change))) {
    const violations = ask(gate, change, nothing).map(violation);
    if (violations.length > 0) return violations;
  }
  return [];
}

/** They need nothing but the Application. */
const gates = rules.filter((rule) => rule.gate);
const nothing = worldOf([]);

type Found = Finding & Violation & { readonly deny: boolean; readonly foretells: boolean };

/** More findings of one rule than anybody reads; the rest is counted. */
const findingLimit = 50;

function ask(rule: Rule, change: Change, world: World): Found[] {
  const found: Found[] = [];
  let count = 0;
  const about = { rule: rule.id, deny: rule.action === "Deny", foretells: rule.foretells === true };
  for (const finding of rule.check(change, world)) if (count++ < findingLimit) found.push({ ...finding, ...about });
  const last = found.at(-1);
  if (last && count > findingLimit) found.push({ ...last, message: `and ${count - findingLimit} more like it` });
  return found;
}

/** A key is as long as its author likes; a path need not be. */
const longestPath = 1024;

const violation = ({ rule, field, message }: Found): Violation => ({
  rule,
  field: field.length > longestPath ? `${field.slice(0, longestPath)}…` : field,
  message,
});

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
