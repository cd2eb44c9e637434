import { readApplication } from "../../src/model/application.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { WorkflowStatus } from "../../src/model/status.ts";
import { type Run, runWorkflow } from "../../src/rollout/engine.ts";
import { suspend } from "../../src/rollout/steps/suspend.ts";
import type { Outcome } from "../../src/rollout/turn.ts";

/** What the steps of a workflow come to, by name; those that are not named run. */
export type Outcomes = Record<string, Outcome["phase"]>;

export const start = 1767225600;

export const application = (steps: readonly JsonObject[], mode: JsonObject = {}) =>
  readApplication({
    metadata: { name: "app" },
    spec: {
      components: [
        { name: "a", type: "worker" },
        { name: "b", type: "worker", dependsOn: ["a"] },
      ],
      workflow: { mode, steps },
    },
  } as JsonObject);

/** One turn of the engine. */
export const run = (
  app: ReturnType<typeof application>,
  outcomes: Outcomes,
  previous?: WorkflowStatus,
  now = start,
  appRevision = "app-v1",
): Run =>
  runWorkflow(app, previous, {
    now,
    appRevision,
    advance: (step, status) =>
      step.type === "suspend"
        ? suspend.advance(step, status, undefined as never)
        : { phase: outcomes[step.name] ?? "running" },
  });

/** `one succeeded, g running (x running, y pending)`. */
export const phases = ({ steps }: Pick<WorkflowStatus, "steps">): string =>
  steps
    .map(({ name, phase, subSteps }) => `${name} ${phase}${subSteps ? ` (${phases({ steps: subSteps })})` : ""}`)
    .join(", ");

export const work = (name: string, more: JsonObject = {}): JsonObject => ({ name, type: "apply-component", ...more });
export const wait = (name: string, more: JsonObject = {}): JsonObject => ({ name, type: "suspend", ...more });
export const group = (name: string, subSteps: JsonObject[], more: JsonObject = {}): JsonObject => ({
  name,
  type: "step-group",
  subSteps,
  ...more,
});
