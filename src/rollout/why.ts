import type { Application } from "../model/application.ts";
import type { StepStatus, WorkflowStatus } from "../model/status.ts";
import { formatTime } from "../model/time.ts";
import type { CanaryPlan } from "./canary-actions.ts";
import type { CanaryComponent } from "./component.ts";

interface Rollout {
  readonly canary: CanaryComponent;
  readonly plan: CanaryPlan;
}

/** One line for people: what it waits for, until when, and what they could do. */
export function reasonOf(
  workflow: WorkflowStatus,
  rollouts: readonly Rollout[],
  app: Application,
  now: number,
): string {
  const waits = rollouts.flatMap(({ plan: { decision } }) => (decision.move?.kind === "wait" ? [decision.move] : []));
  const stuck = waits.find((wait) => wait.on === "stuck");
  if (stuck)
    return `${stuck.text} and no more come: look at the pods of ${stuck.revision}, then apply a fix or roll back with rollguard rollback ${app.name}`;
  const dead = rollouts.find(({ plan: { decision } }) => decision.dead !== undefined);
  if (dead)
    return `${dead.plan.decision.dead} has traffic and no ready pod, and weights stay: look at its pods, apply a fix or roll back with rollguard rollback ${app.name}`;
  const returned = rollouts.find(
    ({ canary }) => canary.failed !== undefined && canary.situation.target === canary.situation.stable,
  );
  if (returned)
    return `${returned.canary.failed} failed and is rolled back to ${returned.canary.situation.target}: apply a fix`;
  if (workflow.status === "failed")
    return `the workflow failed: ${failure(workflow)}; weights stay, apply a fix or roll back with rollguard rollback ${app.name}`;
  if (workflow.status === "terminated")
    return `terminated by command; pods and weights stay, go on with rollguard restart ${app.name} or back with rollguard rollback ${app.name}`;
  if (workflow.status === "suspending") return suspension(workflow, app);
  const wait = waits[0];
  if (wait) return wait.seconds === undefined ? wait.text : `${wait.text}, until ${formatTime(now + wait.seconds)}`;
  if (workflow.status !== "succeeded") return "working";
  const halted = rollouts.find(({ plan: { decision } }) => decision.phase === "Reached");
  return halted ? halt(halted) : "nothing to do";
}

function halt({ canary: { component, situation }, plan: { decision } }: Rollout): string {
  const batch = `${decision.batch + 1} of ${situation.batches.length}`;
  return `${component.name} stays at batch ${batch}: its batchPartition or its workflow asks for no more`;
}

const flat = (steps: readonly StepStatus[]): StepStatus[] =>
  steps.flatMap((step) => [step, ...flat(step.subSteps ?? [])]);

function suspension({ steps }: WorkflowStatus, { name }: Application): string {
  const waiting = flat(steps).filter((step) => step.phase === "suspending" && !step.subSteps);
  const timed = waiting.find((step) => step.message?.startsWith("Suspended for "));
  const at = waiting.map((step) => step.name).join(", ");
  if (timed)
    return `suspended at ${at}, ${timed.message?.replace("Suspended ", "") ?? ""}; go on before with rollguard resume ${name}`;
  return `suspended at ${at}; a person goes on with rollguard resume ${name}, or back with rollguard rollback ${name}`;
}

function failure({ steps }: WorkflowStatus): string {
  const failed = flat(steps).find((step) => step.phase === "failed");
  return `step ${failed?.name ?? ""}${failed?.message ? ` (${failed.message})` : failed?.reason === "Timeout" ? " (timeout)" : ""}`;
}
