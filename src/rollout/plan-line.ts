import { type Component, canaryComponents, rolloutOf, type Step, sum } from "../model/application.ts";
import type { Change } from "../model/change.ts";
import { asText, own } from "../model/json.ts";
import { revisionNumber } from "../model/revision.ts";
import { type Standing, type StandingReads, standingOf } from "../model/standing.ts";
import { type CanaryStep, canarySteps, runningOrder } from "../model/workflow.ts";
import type { World } from "../model/world.ts";

/**
 * What an accepted change will do, in one line: `plan: reviews v1 -> v2: 1/2 pods at 10%, manual-approval waits for
 * resume, 2/2 pods at 100%`. Undefined where no canary component goes to another revision.
 */
export function planLine(change: Change, world: World<StandingReads>): string | undefined {
  const plans = canaryComponents(change.app).flatMap((component) => {
    const standing = standingOf(component, change, world);
    return standing.changes ? [componentPlan(component, change, standing)] : [];
  });
  return plans.length === 0 ? undefined : `plan: ${plans.join("; ")}`;
}

function componentPlan(component: Component, change: Change, standing: Standing): string {
  const head = `${component.name} ${route(component, standing)}`;
  const steps = canarySteps(change.app).filter((step) => step.component === component);
  if (steps.length === 0) return `${head}: ${batches(component)}`;
  return `${head}: ${stages(component, change, standing, steps).join(", ")}`;
}

/** `v1 -> v2`, or `v1` alone at the first deployment. */
function route(component: Component, { stable, current, desired }: Standing): string {
  const short = (revision: string) => {
    const number = revisionNumber(component.name, revision);
    return number === undefined ? revision : `v${number}`;
  };
  const from = current ?? stable;
  return from === undefined ? short(desired) : `${short(from)} -> ${short(desired)}`;
}

/** Without canary steps every batch runs, and the weights follow the ready pods. */
function batches(component: Component): string {
  const { batches: sizes = [], targetSize = 0 } = rolloutOf(component) ?? {};
  const done = sizes.map((_, i) => `${sum(sizes.slice(0, i + 1))}/${targetSize}`);
  return `${done.join(", ")} pods, traffic follows ready pods, no pause`;
}

function stages(component: Component, change: Change, standing: Standing, steps: readonly CanaryStep[]): string[] {
  return runningOrder(change.app).flatMap((step) => {
    const canary = steps.find((candidate) => candidate.step === step);
    if (canary) return [stage(component, standing, canary)];
    return step.type === "suspend" ? [pause(step)] : [];
  });
}

function stage(component: Component, { desired }: Standing, { batchPartition = 0, targets }: CanaryStep): string {
  const { batches: sizes = [], targetSize = 0 } = rolloutOf(component) ?? {};
  const pods = batchPartition >= sizes.length - 1 ? targetSize : sum(sizes.slice(0, batchPartition + 1));
  const weight = targets.find((target) => target.revision === desired)?.weight ?? 0;
  return `${pods}/${targetSize} pods at ${weight}%`;
}

/** Where it stops, and for whom. */
function pause(step: Step): string {
  const duration = asText(own(step.properties, "duration"));
  return duration === undefined ? `${step.name} waits for resume` : `${step.name} waits ${duration}`;
}
