import type { JsonObject } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import type { KubeObject } from "../../src/model/world.ts";

/** How a workflow is written down. */
export type Style = "none" | "steps" | "groups" | "dag";
export type Pause = "none" | "person" | "timed";

/** How a new revision is to be rolled out. */
export interface Way {
  readonly style: Style;
  /** Of each batch but the last: whether a step stops at it, by how much it raises the weight, and what it waits for. */
  readonly stops: readonly boolean[];
  readonly rises: readonly number[];
  /** Whether a second step raises the weight once more at the same batch. */
  readonly repeats: readonly boolean[];
  readonly pauses: readonly Pause[];
  /** Where the plain component is applied by a step of its own. */
  readonly applies: "never" | "first" | "last";
  /** Whether a rollback step follows the first stop instead of the steps that go on. */
  readonly turnsBack?: boolean;
  /** Of every canary step. */
  readonly timeout?: string | undefined;
  /** On what the last step of each line depends: nothing but what is usual, or what became of its first step. */
  readonly lastIf?: "always" | "succeeded" | "failed" | "timeout" | undefined;
}

/** A component of the shop, as its manifest has it. */
export interface Part {
  readonly name: string;
  readonly image: number;
  readonly size: number;
  readonly batches: readonly number[];
  readonly hasService: boolean;
  readonly hasGateway: boolean;
  readonly hasTrait: boolean;
  readonly pin: string | undefined;
  readonly partition: number | undefined;
}

/** The weights that a canary step names: from one revision to another. */
export interface Journey {
  readonly part: Part;
  readonly from: string;
  readonly to: string;
}

export function manifestOf(
  parts: readonly Part[],
  annotations: Readonly<Record<string, string>>,
  workflow: JsonObject | undefined,
): KubeObject {
  const side = { name: "side", type: "worker", properties: { image: "registry.example.com/side:1" } };
  return {
    apiVersion: "core.oam.dev/v1beta1",
    kind: "Application",
    metadata: { name: "shop", namespace: "default", annotations },
    spec: { components: [...parts.map(componentOf), side], ...(workflow ? { workflow } : {}) },
  };
}

function componentOf(part: Part): JsonObject {
  const { name, image, size, batches, pin, partition } = part;
  const rollout = {
    targetSize: size,
    rolloutBatches: batches.map((replicas) => ({ replicas })),
    ...(pin === undefined ? {} : { targetRevision: pin }),
    ...(partition === undefined ? {} : { batchPartition: partition }),
  };
  const entrance = { type: "istio-gateway", properties: { hosts: [`${name}.example.com`], port: 80 } };
  const traits = [
    ...(part.hasService ? [{ type: "expose", properties: { port: [80] } }] : []),
    ...(part.hasService && part.hasGateway ? [entrance] : []),
    ...(part.hasTrait ? [{ type: "rollout", properties: rollout }] : []),
  ];
  return { name, type: "webservice", properties: { image: `registry.example.com/${name}:${image}`, port: 80 }, traits };
}

/** The steps that take the components from one revision to the other; none where the traffic is to follow the pods. */
export function workflowOf(journeys: readonly Journey[], way: Way): JsonObject | undefined {
  if (way.style === "none" || journeys.length === 0) return undefined;
  const lines = journeys.map((journey) => stepsOf(journey, way));
  const side = { name: "side", type: "apply-component", properties: { component: "side" } };
  const steps = way.style === "groups" ? lines.map(groupOf) : lines.flatMap(way.style === "dag" ? chained : same);
  const all = [...(way.applies === "first" ? [side] : []), ...steps, ...(way.applies === "last" ? [side] : [])];
  return { mode: { steps: way.style === "dag" ? "DAG" : "StepByStep", subSteps: "StepByStep" }, steps: all };
}

const same = (steps: readonly JsonObject[]): readonly JsonObject[] => steps;

const groupOf = (steps: readonly JsonObject[], index: number): JsonObject => ({
  name: `group-${index}`,
  type: "step-group",
  subSteps: steps.map((step) => ({ ...step })),
});

/** Each step waits for the one before it, and for no other line. */
const chained = (steps: readonly JsonObject[]): readonly JsonObject[] =>
  steps.map((step, index) => {
    const before = steps[index - 1];
    return before ? { ...step, dependsOn: [String(before["name"])] } : step;
  });

function stepsOf(journey: Journey, way: Way): readonly JsonObject[] {
  const forward = forwardSteps(journey, way);
  const turn = forward.findIndex(({ type }, index) => type === "suspend" || index === forward.length - 1) + 1;
  const steps = way.turnsBack ? [...forward.slice(0, turn), backStep(journey)] : forward;
  return steps.map((step, index) => ({
    ...step,
    ...(way.timeout !== undefined && step["type"] !== "suspend" ? { timeout: way.timeout } : {}),
    ...(way.lastIf !== undefined && index > 0 && index === steps.length - 1
      ? { if: conditionOn(String(steps[0]?.["name"]), way.lastIf) }
      : {}),
  }));
}

const conditionOn = (step: string, what: NonNullable<Way["lastIf"]>): string =>
  what === "always" ? what : `status["${step}"].${what}`;

const backStep = ({ part, from }: Journey): JsonObject => ({
  name: `${part.name}-back`,
  type: "canary-rollback",
  properties: { rollbackVersion: from },
});

function forwardSteps({ part, from, to }: Journey, way: Way): readonly JsonObject[] {
  const last = part.batches.length - 1;
  let weight = 0;
  const step = (index: number, more = "") => {
    weight = index === last && more === "" ? 100 : Math.min(99, weight + (way.rises[index] ?? 0));
    return canaryStep(`${part.name}-batch-${index}${more}`, index, split(from, to, weight));
  };
  return part.batches.flatMap((_, index) => {
    const before = way.repeats[index] ? [step(index, "-first")] : [];
    if (index === last) return [...before, step(index)];
    const pause = way.pauses[index] ?? "none";
    const suspends = pause === "none" ? [] : [suspendStep(`${part.name}-pause-${index}`, pause)];
    return way.stops[index] ? [...before, step(index), ...suspends] : [];
  });
}

const split = (from: string, to: string, weight: number): JsonObject[] =>
  weight === 100 || from === to
    ? [{ revision: to, weight: 100 }]
    : [
        { revision: from, weight: 100 - weight },
        { revision: to, weight },
      ];

const canaryStep = (name: string, batchPartition: number, weightedTargets: JsonObject[]): JsonObject => ({
  name,
  type: "canary-rollout",
  properties: { batchPartition, traffic: { weightedTargets } },
});

const suspendStep = (name: string, pause: Pause): JsonObject => ({
  name,
  type: "suspend",
  ...(pause === "timed" ? { properties: { duration: "20s" } } : {}),
});

/** What stands on the Application beside its spec. */
export interface Marks {
  readonly rollsBack: boolean;
  readonly returnsAtOnce: boolean;
  /** Undefined where every spec is in force at once. */
  readonly published?: string | undefined;
  readonly runs?: number;
}

export const annotationsOf = ({ rollsBack, returnsAtOnce, published, runs = 0 }: Marks): Record<string, string> => ({
  ...(rollsBack ? { [names.onFailure]: "rollback" } : {}),
  ...(returnsAtOnce ? { [names.returnMode]: "at-once" } : {}),
  ...(published === undefined ? {} : { [names.publishVersion]: published }),
  ...(runs === 0 ? {} : { [names.restartWorkflow]: `r${runs}` }),
});
