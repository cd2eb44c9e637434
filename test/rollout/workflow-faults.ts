import { readApplication, type Step } from "../../src/model/application.ts";
import { parseDuration } from "../../src/model/duration.ts";
import { asText, own } from "../../src/model/json.ts";
import { isEnded, readWorkflowStatus, type StepStatus, type WorkflowStatus } from "../../src/model/status.ts";
import { parseTime } from "../../src/model/time.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { isInterrupted, runningSteps } from "../../src/rollout/workflow-steps.ts";
import { inForce, runInForce } from "./in-force.ts";

/**
 * What is wrong with the status of a workflow, once the controller has looked at it: one that has ended lists every step
 * and sub-step, and none is open; one that has not has an open step; what was skipped took its sub-steps with it; no step
 * outlives its timeout, unless a person suspended in mid-step; none without a condition began after what it depends on
 * came to no success.
 */
export function workflowFaults(app: KubeObject, objects: readonly KubeObject[], now: number): readonly string[] {
  const workflow = readWorkflowStatus(app);
  if (!workflow || workflow.appRevision !== runInForce(app, objects)) return [];
  const { steps } = runningSteps(readApplication(inForce(app, objects)));
  const pairs = steps.flatMap((step) => pairsOf(step, workflow.steps));
  const open = pairs.filter(([, status]) => !isEnded(status)).map(([{ name }]) => name);
  return [
    ...(workflow.finished && open.length > 0 ? [`the workflow has ended, and not ${open.join(", ")}`] : []),
    ...(workflow.finished || open.length > 0 ? [] : ["every step has ended, and not the workflow"]),
    ...pairs.flatMap(([step, status]) => [...skipFaults(step, status), ...orderFaults(step, status, pairs)]),
    ...(isHeld(workflow) ? [] : pairs.flatMap(([step, status]) => timeFaults(step, status, now))),
  ];
}

type Pair = readonly [step: Step, status: StepStatus | undefined];

function pairsOf(step: Step, statuses: readonly StepStatus[]): readonly Pair[] {
  const status = statuses.find(({ name }) => name === step.name);
  return [[step, status], ...step.subSteps.flatMap((sub) => pairsOf(sub, status?.subSteps ?? []))];
}

const isHeld = ({ finished, suspend, steps }: WorkflowStatus): boolean =>
  finished || (suspend && steps.some(isInterrupted));

function skipFaults({ name, subSteps }: Step, status: StepStatus | undefined): readonly string[] {
  if (status?.phase !== "skipped") return [];
  const others = subSteps.filter((sub) => status.subSteps?.find((each) => each.name === sub.name)?.phase !== "skipped");
  return others.map((sub) => `${name} was skipped, and not ${sub.name}`);
}

function timeFaults(step: Step, status: StepStatus | undefined, now: number): readonly string[] {
  const seconds = parseDuration(asText(own(step.raw, "timeout")) ?? "");
  const since = parseTime(status?.firstExecuteTime ?? "");
  const isOver = seconds !== undefined && since !== undefined && since + seconds <= now;
  return isOver && !isEnded(status) ? [`${step.name} outlives its timeout`] : [];
}

function orderFaults(step: Step, status: StepStatus | undefined, pairs: readonly Pair[]): readonly string[] {
  const runs = status !== undefined && status.phase !== "pending" && status.phase !== "skipped";
  if (!runs || own(step.raw, "if") !== undefined) return [];
  const phaseOf = (awaited: string) => pairs.find(([{ name }]) => name === awaited)?.[1]?.phase;
  return step.dependsOn
    .filter((awaited) => phaseOf(awaited) !== "succeeded")
    .map((awaited) => `${step.name} began, and ${awaited} is ${phaseOf(awaited) ?? "not there"}`);
}
