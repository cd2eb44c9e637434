import { asObject, at, own } from "../model/json.ts";
import { currentStep, isEnded, readWorkflowStatus, type StepStatus } from "../model/status.ts";
import { formatTime } from "../model/time.ts";
import { type KubeObject, nameOf } from "../model/world.ts";
import { command } from "../rollout/commands.ts";
import { keyOf } from "./paper-cluster.ts";
import { newStage } from "./simulate.ts";
import type { Stage } from "./stage.ts";

export interface Rendered {
  readonly objects: readonly KubeObject[];
  /** Why there is nothing to render: it is refused, or the step is not reached. */
  readonly refusal?: string;
  readonly isUnreached?: true;
}

/**
 * The objects of an Application, derived ones included, once `history` and then it have been rolled out: in its final state, or when a
 * step has been reached (a suspend step waits then, any other one has ended). Persons in between go on at once.
 */
export function renderWorld(
  object: KubeObject,
  history: readonly KubeObject[],
  settleSeconds: number,
  step: string | undefined,
): Rendered {
  const stage = newStage(settleSeconds, formatTime);
  for (const earlier of history) {
    stage.perform({ do: "apply", file: nameOf(earlier), objects: [earlier] });
    goOn(stage, earlier, undefined);
  }
  stage.perform({ do: "apply", file: nameOf(object), objects: [object] });
  if (stage.refusal !== undefined) return { objects: [], refusal: refusalOf(stage) };
  const isReached = goOn(stage, object, step);
  if (step !== undefined && !isReached) return { objects: [], isUnreached: true };
  return { objects: derived(stage, object) };
}

function refusalOf({ verdicts, refusal }: Stage): string {
  const violations = verdicts.at(-1)?.review.violations ?? [];
  return [refusal ?? "", ...violations.map(({ field, message, rule }) => `${field}: ${message} (${rule})`)].join("; ");
}

const resumeLimit = 1000;

/** Goes on until the workflow ends or the step is reached; whether it was. */
function goOn(stage: Stage, object: KubeObject, step: string | undefined): boolean {
  for (let resumes = 0; resumes < resumeLimit; resumes++) {
    const isReached = stage.restUntil(() => step !== undefined && hasReached(stage, object, step));
    if (isReached) return true;
    const app = stage.stored(object);
    const resumed = app && command("resume", app);
    if (!resumed || !("object" in resumed)) return false;
    stage.write(resumed.object, "resume");
  }
  return false;
}

function hasReached(stage: Stage, object: KubeObject, name: string): boolean {
  const app = stage.stored(object);
  const workflow = app && readWorkflowStatus(app);
  const isCurrent = at(app, "status", "observedGeneration") === at(app, "metadata", "generation");
  const flat = (steps: readonly StepStatus[]): StepStatus[] =>
    steps.flatMap((step) => [step, ...flat(step.subSteps ?? [])]);
  const step = isCurrent ? flat(workflow?.steps ?? []).find((candidate) => candidate.name === name) : undefined;
  return isEnded(step) || (step !== undefined && step.phase === "suspending" && currentStep([step]) === step);
}

/** What the paper cluster made up goes: uids, and references to them. */
function derived(stage: Stage, object: KubeObject): readonly KubeObject[] {
  const cluster = stage.clusters().find(({ objects }) => objects.has(keyOf(object)));
  return [...(cluster?.objects.values() ?? [])].map((other) => {
    const { uid: _uid, ownerReferences: _references, ...metadata } = asObject(own(other, "metadata"));
    return { ...other, metadata };
  });
}
