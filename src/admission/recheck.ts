import { changeOf } from "../model/change.ts";
import type { KubeObject, World } from "../model/world.ts";
import { rules } from "../rules/index.ts";
import type { Violation } from "../rules/rule.ts";
import { judge } from "./judge.ts";

/** Those that ask whether another object is in the way; all others that look something up judge a change, not a state. */
const rivals: readonly string[] = [
  "component-belongs-to-one-application",
  "derived-objects-are-ours",
  "gateway-routes-are-unclaimed",
];
const lasting = new Set([...rules.filter(({ reads }) => reads.length === 0).map(({ id }) => id), ...rivals]);

/**
 * Why a stored Application must not be acted on: what a webhook that was not asked, or saw an older world, let in. Rules
 * about the step from one spec to the next are left out: there is none any more.
 */
export const standingFaults = (app: KubeObject, world: World): readonly Violation[] =>
  judge(changeOf(app), world).violations.filter(({ rule }) => lasting.has(rule));
