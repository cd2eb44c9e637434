import { asList, at, own } from "../model/json.ts";
import type { KubeObject } from "../model/world.ts";

/** Whether a Deployment has had no further ready pod for its progress deadline, 600 s where it sets none. */
export const isPastDeadline = (deployment: KubeObject | undefined): boolean =>
  asList(at(deployment, "status", "conditions")).some(
    (condition) => own(condition, "type") === "Progressing" && own(condition, "reason") === "ProgressDeadlineExceeded",
  );

/** What a step that waited for the deadline in vain says. */
export const noProgress = (what: string): string => `no progress for 600s: ${what}`;
