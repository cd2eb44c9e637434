import type { Application, Step } from "../../model/application.ts";
import type { StepStatus } from "../../model/status.ts";
import type { CanaryComponent } from "../component.ts";
import type { ComponentHealth } from "../health.ts";
import type { Outcome } from "../turn.ts";

/** What a step may look at. */
export interface StepContext {
  readonly app: Application;
  readonly canaries: readonly CanaryComponent[];
  /** Whether all that a plain component stands for is there and ready. */
  healthOf(component: string): ComponentHealth | undefined;
}

/** A type of step: what one that has begun came to. */
export interface StepType {
  readonly type: string;
  advance(step: Step, status: StepStatus, context: StepContext): Outcome;
}
