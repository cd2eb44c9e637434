import type { JsonObject } from "../../src/model/json.ts";
import type { Part } from "./shop.ts";

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
  /** Whether a rollback step follows the first stop, perhaps after a pause; without `goesOn` it is the last step. */
  readonly turnsBack?: "at once" | "after a pause" | undefined;
  readonly goesOn?: boolean;
  /** Of every canary step, of every suspend step, of every group. */
  readonly timeout?: string | undefined;
  readonly patience?: string | undefined;
  readonly groupTimeout?: string | undefined;
  /** Whether the last step of each line depends on a step of a group that runs only after a failure. */
  readonly hasDetour?: boolean;
  /** On what the last step of each line depends: nothing but what is usual, or what became of its first step. */
  readonly lastIf?: "always" | "succeeded" | "failed" | "timeout" | undefined;
}

/** The weights that a canary step names: from one revision to another. */
export interface Journey {
  readonly part: Part;
  readonly from: string;
  readonly to: string;
}

/** The steps that take the components from one revision to the other; none where the traffic is to follow the pods. */
export function workflowOf(journeys: readonly Journey[], way: Way): JsonObject | undefined {
  if (way.style === "none" || journeys.length === 0) return undefined;
  const lines = journeys.map((journey) => stepsOf(journey, way));
  const side = { name: "side", type: "apply-component", properties: { component: "side" } };
  const steps =
    way.style === "groups"
      ? lines.map((line, index) => groupOf(line, index, way))
      : lines.flatMap((line) => withDetour(way.style === "dag" ? chained(line) : line, way));
  const all = [...(way.applies === "first" ? [side] : []), ...steps, ...(way.applies === "last" ? [side] : [])];
  return { mode: { steps: way.style === "dag" ? "DAG" : "StepByStep", subSteps: "StepByStep" }, steps: all };
}

const timed = (timeout: string | undefined): JsonObject => (timeout === undefined ? {} : { timeout });

const groupOf = (steps: readonly JsonObject[], index: number, { groupTimeout }: Way): JsonObject => ({
  name: `group-${index}`,
  type: "step-group",
  ...timed(groupTimeout),
  subSteps: steps.map((step) => ({ ...step })),
});

/** Each step waits for the one before it, and for no other line. */
const chained = (steps: readonly JsonObject[]): readonly JsonObject[] =>
  steps.map((step, index) => {
    const before = steps[index - 1];
    return before ? { ...step, dependsOn: [String(before["name"])] } : step;
  });

/** A group after the first step that asks a person when that has failed, and a last step that depends on the asking. */
function withDetour(line: readonly JsonObject[], { hasDetour }: Way): readonly JsonObject[] {
  const [first, ...others] = line;
  const last = others.at(-1);
  if (!hasDetour || !first || !last) return line;
  const name = String(first["name"]);
  const ask = suspendStep(`${name}-ask`, "person");
  const detour = {
    name: `${name}-detour`,
    type: "step-group",
    if: conditionOn(name, "failed"),
    dependsOn: [name],
    subSteps: [ask],
  };
  const before = (last["dependsOn"] ?? []) as readonly string[];
  return [first, detour, ...others.slice(0, -1), { ...last, dependsOn: [...before, `${name}-ask`] }];
}

function stepsOf(journey: Journey, way: Way): readonly JsonObject[] {
  const steps = turned(journey, way, forwardSteps(journey, way));
  return steps.map((step, index) => ({
    ...step,
    ...timed(step["type"] === "suspend" ? way.patience : way.timeout),
    ...(way.lastIf !== undefined && index > 0 && index === steps.length - 1
      ? { if: conditionOn(String(steps[0]?.["name"]), way.lastIf) }
      : {}),
  }));
}

const conditionOn = (step: string, what: NonNullable<Way["lastIf"]>): string =>
  what === "always" ? what : `status["${step}"].${what}`;

/** With a rollback step after the first stop, where the way turns back. */
function turned(
  { part, from }: Journey,
  { turnsBack, goesOn }: Way,
  forward: readonly JsonObject[],
): readonly JsonObject[] {
  if (turnsBack === undefined) return forward;
  const turn = forward.findIndex(({ type }, index) => type === "suspend" || index === forward.length - 1) + 1;
  const pause = turnsBack === "at once" ? [] : [suspendStep(`${part.name}-thinks`, "timed")];
  const back = { name: `${part.name}-back`, type: "canary-rollback", properties: { rollbackVersion: from } };
  return [...forward.slice(0, turn), ...pause, back, ...(goesOn ? forward.slice(turn) : [])];
}

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
