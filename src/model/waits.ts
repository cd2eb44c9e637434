import { onceForWorkflow, type Step } from "./application.ts";
import type { Waits } from "./circles.ts";
import { asList, asText, join, own } from "./json.ts";
import { reachOf } from "./reach.ts";
import { firstOf } from "./repeats.ts";

/** An entry of `dependsOn`, and the step that has that name. */
export interface Dependency {
  readonly path: string;
  readonly name: string;
  readonly awaited: Step | undefined;
}

/** The entries of each step, by the path of the step. */
export const stepDependencies = onceForWorkflow((app): ReadonlyMap<string, readonly Dependency[]> => {
  const steps = app.workflow.steps.flatMap((step) => [step, ...step.subSteps]);
  const byName = firstOf(steps, ({ name }) => name);
  return new Map(
    steps.map((step) => {
      const path = join(step.path, "dependsOn");
      const entries = asList(own(step.raw, "dependsOn")).flatMap((entry, i) => {
        const name = asText(entry);
        return name === undefined ? [] : [{ path: join(path, i), name, awaited: byName.get(name) }];
      });
      return [step.path, entries];
    }),
  );
});

/** The key of the moment at which a top-level step begins; the moment at which a step ends has the path as its key. */
export const beginningOf = (step: Step): string => `${step.path} begins`;

/**
 * What the beginning and the end of each step wait for (kubevela/workflow: pkg/executor): the steps that it depends on,
 * its predecessor where steps run one by one, the beginning of its group, and a group for all of its sub-steps.
 */
export const stepWaits = onceForWorkflow((app): Waits => {
  const dependencies = stepDependencies(app);
  const waits = new Map<string, readonly string[]>();
  const awaited = (step: Step, siblings: readonly Step[], mode: string, i: number): string[] => [
    ...(dependencies.get(step.path) ?? []).flatMap((entry) => entry.awaited?.path ?? []),
    ...(mode === "StepByStep" ? siblings.slice(Math.max(i - 1, 0), i) : []).map((previous) => previous.path),
  ];
  for (const [i, step] of app.workflow.steps.entries()) {
    waits.set(beginningOf(step), awaited(step, app.workflow.steps, app.workflow.mode, i));
    waits.set(step.path, [beginningOf(step), ...step.subSteps.map((sub) => sub.path)]);
    for (const [j, sub] of step.subSteps.entries())
      waits.set(sub.path, [beginningOf(step), ...awaited(sub, step.subSteps, step.mode, j)]);
  }
  return waits;
});

/** A step among the others, as bits: its end, and what has certainly ended when it begins. */
export interface Moment {
  readonly end: bigint;
  readonly before: bigint;
}

/** The moments of the steps, by the path of the step. Remembered per Application: many rules ask. */
export const momentsOf = onceForWorkflow((app): ReadonlyMap<string, Moment> => {
  const { bits, reached } = reachOf(stepWaits(app));
  const moment = (path: string, beginning: string): [string, Moment] => [
    path,
    { end: bits.get(path) ?? 0n, before: reached.get(beginning) ?? 0n },
  ];
  return new Map(
    app.workflow.steps.flatMap((step) => [
      moment(step.path, beginningOf(step)),
      ...step.subSteps.map(({ path }) => moment(path, path)),
    ]),
  );
});
