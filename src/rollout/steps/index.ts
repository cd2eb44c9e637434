import { applyComponent } from "./apply-component.ts";
import { canaryRollback } from "./canary-rollback.ts";
import { canaryRollout } from "./canary-rollout.ts";
import type { StepType } from "./step.ts";
import { suspend } from "./suspend.ts";

/** Every type of step that has something to do; a step-group only holds others, and the engine runs those. */
export const stepTypes: readonly StepType[] = [canaryRollout, canaryRollback, suspend, applyComponent];
