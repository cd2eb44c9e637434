import type { JsonObject } from "../model/json.ts";

/** The workflow of a sample of docs/states.md. */
export interface SampleWorkflow {
  readonly mode?: JsonObject;
  readonly steps: readonly JsonObject[];
}

const rollout = (batchPartition: number, weights: Readonly<Record<string, number>>): JsonObject => ({
  type: "canary-rollout",
  timeout: "1h",
  properties: {
    batchPartition,
    traffic: { weightedTargets: Object.entries(weights).map(([revision, weight]) => ({ revision, weight })) },
  },
});
const first: JsonObject = { name: "first", ...rollout(0, { "web-v1": 90, "web-v2": 10 }) };
const rest: JsonObject = { name: "rest", ...rollout(1, { "web-v2": 100 }) };
const approval = (more: JsonObject = {}): JsonObject => ({ name: "approval", type: "suspend", ...more });
const undo: JsonObject = {
  name: "undo",
  type: "canary-rollback",
  if: "status.first.timeout",
  properties: { rollbackVersion: "web-v1" },
};

/** Workflows that differ in what time and failures do to them. */
export const sampleWorkflows = {
  plain: { steps: [first, approval(), rest] },
  timed: { steps: [first, approval({ properties: { duration: "30m" } }), rest] },
  limited: { steps: [first, approval({ timeout: "1h" }), rest] },
  undone: { steps: [first, approval(), rest, undo] },
  grouped: {
    steps: [
      { name: "both", type: "step-group", timeout: "1h", subSteps: [first, approval({ dependsOn: ["first"] })] },
      rest,
    ],
  },
  parallel: { mode: { steps: "DAG" }, steps: [first, approval(), { ...rest, dependsOn: ["first", "approval"] }] },
} as const satisfies Readonly<Record<string, SampleWorkflow>>;
