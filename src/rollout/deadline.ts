import { asInteger, asList, at, own } from "../model/json.ts";
import type { KubeObject } from "../model/world.ts";

/**
 * Seconds until a Deployment without a further ready pod has had its progress deadline, 600 s where it sets none, also in a
 * run of the workflow that tries it again and has lasted for `since` seconds; 0 where it has, undefined where it makes
 * progress, or its controller has not seen it as it is.
 */
export function deadlineIn(deployment: KubeObject | undefined, since: number): number | undefined {
  const generation = asInteger(at(deployment, "metadata", "generation")) ?? 0;
  const isSeen = (asInteger(at(deployment, "status", "observedGeneration")) ?? generation) >= generation;
  const isExceeded = asList(at(deployment, "status", "conditions")).some(
    (condition) => own(condition, "type") === "Progressing" && own(condition, "reason") === "ProgressDeadlineExceeded",
  );
  if (!isSeen || !isExceeded) return undefined;
  return Math.max(0, (asInteger(at(deployment, "spec", "progressDeadlineSeconds")) ?? 600) - since);
}

/** What a step that waited for the deadline in vain says. */
export const noProgress = (what: string): string => `no progress for 600s: ${what}`;
