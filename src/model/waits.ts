import type { Application, Step } from "./application.ts";
import type { Waits } from "./circles.ts";
import { asList, asText, join, own } from "./json.ts";

/** An entry of `dependsOn`, and the step that has that name. */
export interface Dependency {
  readonly path: string;
  readonly name: string;
  readonly awaited: Step | undefined;
}

/** The entries of each step, by the path of the step. */
export function stepDependencies(app: Application): ReadonlyMap<string, readonly Dependency[]> {
  const steps = app.workflow.steps.flatMap((step) => [step, ...step.subSteps]);
  const byName = new Map([...steps].reverse().map((step) => [step.name, step]));
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
}

/** The key of the moment at which a top-level step begins; the moment at which a step ends has the path as its key. */
export const beginningOf = (step: Step): string => `${step.path} begins`;

/**
 * What the beginning and the end of each step wait for (kubevela/workflow: pkg/executor): the steps that it depends on,
 * its predecessor where steps run one by one, the beginning of its group, and a group for all of its sub-steps.
 */
export function stepWaits(app: Application, dependencies: ReadonlyMap<string, readonly Dependency[]>): Waits {
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
}

const memo = new WeakMap<Application, ReadonlyMap<string, ReadonlySet<string>>>();

/** Paths of the steps that have certainly ended when `step` begins. Remembered per Application: many rules ask. */
export function endedBefore(app: Application, step: Step): ReadonlySet<string> {
  const ended = memo.get(app) ?? endedBeforeEach(app);
  memo.set(app, ended);
  return ended.get(step.path) ?? new Set();
}

function endedBeforeEach(app: Application): ReadonlyMap<string, ReadonlySet<string>> {
  const waits = stepWaits(app, stepDependencies(app));
  return new Map(
    app.workflow.steps.flatMap((step) => [
      [step.path, reachable(beginningOf(step), waits)] as const,
      ...step.subSteps.map((sub) => [sub.path, reachable(sub.path, waits)] as const),
    ]),
  );
}

function reachable(start: string, waits: Waits): ReadonlySet<string> {
  const found = new Set(waits.get(start));
  for (const key of found) for (const awaited of waits.get(key) ?? []) found.add(awaited);
  return found;
}
