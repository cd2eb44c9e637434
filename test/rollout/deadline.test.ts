import { expect } from "chai";
import type { JsonObject } from "../../src/model/json.ts";
import { deadlineIn, impatient, type Patience } from "../../src/rollout/deadline.ts";

const deployment = (conditions: readonly JsonObject[], more: JsonObject = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web-v1", generation: 2 },
  spec: { replicas: 2 },
  status: { observedGeneration: 2, conditions: [...conditions] },
  ...more,
});
const since = 1_767_225_600;
const lacking = { type: "Available", status: "False", lastTransitionTime: "2026-01-01T00:00:00Z" };
const complete = { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" };
const exceeded = { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" };
const after = (seconds: number, more: Partial<Patience> = {}): Patience => ({
  ...impatient,
  now: since + seconds,
  ...more,
});

const cases: readonly (readonly [string, JsonObject, Patience, number | undefined])[] = [
  ["no pod lacks", deployment([complete, { ...lacking, status: "True" }]), after(900), undefined],
  ["nothing is said yet", deployment([]), after(900), undefined],
  ["pods lack since a moment", deployment([complete, lacking]), after(10), 590],
  ["they lack for as long as the deadline", deployment([complete, lacking]), after(600), 0],
  ["the run has just begun", deployment([complete, lacking]), after(900, { run: 100 }), 500],
  ["another pod has just become ready", deployment([complete, lacking]), after(900, { arrival: 20 }), 580],
  ["Kubernetes says so", deployment([exceeded, lacking]), after(10), 0],
  ["Kubernetes says so, in a run before", deployment([exceeded, lacking]), after(900, { run: 100 }), 500],
  [
    "Kubernetes still watches",
    deployment([{ type: "Progressing", status: "True", reason: "ReplicaSetUpdated" }, lacking]),
    after(900),
    undefined,
  ],
  [
    "it has a deadline of its own",
    deployment([complete, lacking], { spec: { progressDeadlineSeconds: 60 } }),
    after(50),
    10,
  ],
  [
    "its controller has not seen what it is to be",
    deployment([], { status: { observedGeneration: 1, conditions: [complete, lacking] } }),
    after(900),
    undefined,
  ],
];

describe("the progress deadline of a Deployment", () => {
  for (const [name, object, patience, expected] of cases)
    it(`is ${expected ?? "none"} where ${name}`, () => expect(deadlineIn(object, patience)).to.equal(expected));
});
