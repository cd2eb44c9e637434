import type { Component } from "./application.ts";
import type { Change } from "./change.ts";
import { type Standing, type StandingReads, standingOf } from "./standing.ts";
import { type CanaryStep, canarySteps } from "./workflow.ts";
import type { World } from "./world.ts";

/** A canary step whose component is known, with where that component stands. */
export interface RoutedStep extends CanaryStep {
  readonly component: Component;
  readonly standing: Standing;
  /** Whether any canary step of the component routes to the revision that is to run. */
  readonly namesDesired: boolean;
}

/** The canary steps in running order. */
export function routedSteps(change: Change, world: World<StandingReads>): readonly RoutedStep[] {
  const steps = canarySteps(change.app);
  return steps.flatMap((step) => {
    const { component } = step;
    if (!component) return [];
    const standing = standingOf(component, change, world);
    const namesDesired = steps.some(
      (other) => other.component === component && other.revisions.includes(standing.desired),
    );
    return [{ ...step, component, standing, namesDesired }];
  });
}
