import type { Component } from "./application.ts";
import type { Change } from "./change.ts";
import { exists, type Standing, type StandingReads, standingOf } from "./standing.ts";
import { type CanaryStep, canarySteps, rollbackSteps } from "./workflow.ts";
import type { World } from "./world.ts";

/** A canary step whose component is known, with where that component stands. */
export interface RoutedStep extends CanaryStep {
  readonly component: Component;
  readonly standing: Standing;
  /** Weight of the revision that is to run, 0 where it is left out; undefined where not every weight could be read. */
  readonly desiredWeight: number | undefined;
  /**
   * Whether the steps lead to the revision that is to run, so that their course can be judged: it exists, and where the
   * component changes a step routes to it, or one rolls back.
   */
  readonly hasCourse: boolean;
}

const memo = new WeakMap<Change, readonly RoutedStep[]>();

/** The canary steps in running order. Remembered per change, which lives as long as one review in one world. */
export function routedSteps(change: Change, world: World<StandingReads>): readonly RoutedStep[] {
  const steps = memo.get(change) ?? routed(change, world);
  memo.set(change, steps);
  return steps;
}

function routed(change: Change, world: World<StandingReads>): readonly RoutedStep[] {
  const steps = canarySteps(change.app);
  const named = new Set(steps.flatMap(({ revisions }) => revisions));
  const back = rollbackSteps(change.app).map(({ component }) => component);
  return steps.flatMap((step) => {
    const { component, targets, isComplete } = step;
    if (!component) return [];
    const standing = standingOf(component, change, world);
    const { desired, changes } = standing;
    const desiredWeight = targets.find(({ revision }) => revision === desired)?.weight ?? (isComplete ? 0 : undefined);
    const leads = !changes || named.has(desired) || back.includes(component);
    return [{ ...step, component, standing, desiredWeight, hasCourse: leads && exists(standing, desired) }];
  });
}
