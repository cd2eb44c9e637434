import { standingFaults } from "../admission/recheck.ts";
import { asInteger, at } from "../model/json.ts";
import type { KubeObject } from "../model/world.ts";
import { isTrue, type Trouble } from "../rollout/conditions.ts";
import type { Tools } from "./reconcile.ts";

export const generationOf = (app: KubeObject): number => asInteger(at(app, "metadata", "generation")) ?? 1;

/** A spec that nobody has acted on; one that was is gone on with, whatever rules are new since. */
const isNew = (app: KubeObject): boolean =>
  (asInteger(at(app, "status", "observedGeneration")) ?? 0) < generationOf(app) || isTrue(app, "Invalid");

/** Why a new spec is not acted on: the verdict again, since the webhook may have been off, or the world another one. */
export function invalidityOf(key: string, app: KubeObject, { caches, events, said }: Tools): Trouble | undefined {
  const faults = isNew(app) ? standingFaults(app, caches.world) : [];
  const [first] = faults;
  if (!first) return undefined;
  const more = faults.length === 1 ? "" : `, and ${faults.length - 1} more`;
  const message = `not rolled out: ${first.field}: ${first.message} (${first.rule})${more}`;
  // The log tells which rules; the messages quote the object, whose readers see Events.
  if (said.tell(key, `not rolled out, it breaks ${faults.map(({ rule }) => rule).join(", ")}`))
    events.tell({ regarding: app, type: "Warning", reason: "Refused", action: "Judge", note: message });
  return { type: "Invalid", message };
}
