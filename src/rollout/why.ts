import type { Application } from "../model/application.ts";
import type { StepStatus, WorkflowStatus } from "../model/status.ts";
import { formatTime } from "../model/time.ts";
import type { CanaryPlan } from "./canary-actions.ts";
import type { CanaryComponent } from "./component.ts";
import type { Aim } from "./goal.ts";
import { type ComponentHealth, canaryHealth } from "./health.ts";
import { limitsOf } from "./limits.ts";
import type { Wait } from "./move.ts";
import { flat, isInterrupted, isTimed } from "./workflow-steps.ts";

interface Rollout {
  readonly canary: CanaryComponent;
  readonly aim: Aim;
  readonly plan: CanaryPlan;
}

/** What there is to tell of an Application. */
export interface Told {
  readonly app: Application;
  readonly workflow: WorkflowStatus;
  readonly rollouts: readonly Rollout[];
  /** Of the plain components that were applied. */
  readonly plains: readonly ComponentHealth[];
  readonly now: number;
}

/** One line for people: what it waits for, until when, and what they could do. What needs a person comes first. */
export const reasonOf = (told: Told): string =>
  stuck(told) ?? dead(told) ?? returned(told) ?? ended(told) ?? lacking(told) ?? underWay(told);

const waitsOf = ({ rollouts }: Told): readonly Wait[] =>
  rollouts.flatMap(({ plan: { decision } }) => (decision.move?.kind === "wait" ? [decision.move] : []));

function stuck(told: Told): string | undefined {
  const wait = waitsOf(told).find(({ on }) => on === "stuck");
  return (
    wait &&
    `${wait.text} and no more come: look at the pods of ${wait.revision}, then apply a fix or roll back with rollguard rollback ${told.app.name}`
  );
}

function dead({ rollouts, app }: Told): string | undefined {
  const revision = rollouts.flatMap(({ plan }) => plan.decision.dead ?? [])[0];
  return (
    revision &&
    `${revision} has traffic and no ready pod, and weights stay: look at its pods, apply a fix or roll back with rollguard rollback ${app.name}`
  );
}

function returned({ rollouts, workflow }: Told): string | undefined {
  const back = rollouts.map(({ canary }) => canary).filter(({ returnsFrom }) => returnsFrom !== undefined);
  if (back.length === 0) return undefined;
  const own = back.filter(({ failed, returnsFrom }) => failed === returnsFrom);
  const others = back.filter((canary) => !own.includes(canary));
  const told = [
    ...own.map(({ failed, situation }) => `${failed} failed and is rolled back to ${situation.target}`),
    ...others.map(({ component, situation }) => `${component.name} goes back to ${situation.target}`),
  ].join(", ");
  return own.length > 0
    ? `${told}${others.length > 0 ? " with it" : ""}: apply a fix`
    : `the workflow failed: ${failure(workflow)}; ${told}: apply a fix`;
}

/** A workflow that a person has to set going again. */
function ended(told: Told): string | undefined {
  const { workflow, app, rollouts } = told;
  if (workflow.status === "failed") {
    const back = rollouts.some(canGoBack)
      ? `apply a fix or roll back with rollguard rollback ${app.name}`
      : `apply a fix, or try again with rollguard restart ${app.name}`;
    return `the workflow failed: ${failure(workflow)}; ${standing(rollouts)}${back}`;
  }
  if (workflow.status === "terminated") {
    const back = rollouts.some(canGoBack) ? ` or back with rollguard rollback ${app.name}` : "";
    return `terminated by command; ${standing(rollouts)}go on with rollguard restart ${app.name}${back}`;
  }
  return workflow.status === "suspending" ? `${failedBefore(told)}${suspension(workflow, app)}` : undefined;
}

/** Steps that go on tell first what has failed beside them. */
function failedBefore({ workflow, rollouts }: Told): string {
  if (workflow.finished || !workflow.steps.some(hasFailed)) return "";
  return `${failure(workflow)} failed; ${standing(rollouts.filter(({ aim }) => aim.hasFailed))}`;
}

const hasFailed = ({ phase, subSteps = [] }: StepStatus): boolean => phase === "failed" || subSteps.some(hasFailed);

const canGoBack = ({ canary: { situation } }: Rollout): boolean =>
  situation.stable !== undefined && situation.stable !== situation.target;

/** Where the components stay that are on their way. */
function standing(rollouts: readonly Rollout[]): string {
  const open = rollouts.filter(({ plan }) => plan.decision.phase !== "Complete");
  const stays = open.map(({ canary }) => `${canary.component.name} stays at ${canaryHealth(canary).message}`);
  return stays.length === 0 ? "" : `${stays.join(", ")}; `;
}

/** Pods of a plain component that are missing; while its workflow runs they are only waited for. */
function lacking({ workflow, plains }: Told): string | undefined {
  const missing = plains.flatMap(({ component, lack }) => (lack ? [{ component, ...lack }] : []));
  const [first] = missing.sort((a, b) => Number(b.isFinal) - Number(a.isFinal));
  if (!first) return undefined;
  if (workflow.status !== "succeeded" && !first.isFinal) return undefined;
  const more = first.isFinal ? " and no more come" : "";
  return `${first.text}${more}: look at the pods of ${first.component}, then apply a fix`;
}

/** What failed before stays as it is, and is not waited for. */
function underWay(told: Told): string {
  const { workflow, rollouts } = told;
  if (workflow.status !== "succeeded") return `${failedBefore(told)}${goingOn(told)}${limit(told)}`;
  const [wait] = waitsOf(told);
  if (wait) return waiting(wait, told);
  const halted = rollouts.filter(({ plan }) => plan.decision.phase === "Reached");
  return halted.length === 0 ? "nothing to do" : halt(halted, told);
}

function goingOn(told: Told): string {
  const { plains, rollouts } = told;
  const [wait] = waitsOf({ ...told, rollouts: rollouts.filter(({ aim }) => !aim.hasFailed) });
  return wait ? waiting(wait, told) : (plains.flatMap(({ lack }) => lack?.text ?? [])[0] ?? "working");
}

const waiting = ({ text, seconds }: Wait, { now }: Told): string =>
  seconds === undefined ? text : `${text}, until ${formatTime(now + seconds)}`;

/** The timeout that runs out first. */
function limit({ app, workflow }: Pick<Told, "app" | "workflow">): string {
  const [first] = limitsOf(app, workflow);
  return first ? `; ${first.step.name} times out at ${formatTime(first.at)}` : "";
}

function halt(halted: readonly Rollout[], { app }: Told): string {
  const stays = halted.map(({ canary: { component, situation }, plan: { decision } }) => {
    const batch = `${decision.batch + 1} of ${situation.batches.length}`;
    return `${component.name} stays at batch ${batch}: its batchPartition or its workflow asks for no more`;
  });
  const back = halted.some(canGoBack) ? `, or roll back with rollguard rollback ${app.name}` : "";
  return `${stays.join("; ")}; to go on apply one that does${back}`;
}

function suspension(workflow: WorkflowStatus, app: Application): string {
  const { steps } = workflow;
  const waiting = flat(steps).filter((step) => step.phase === "suspending" && !step.subSteps);
  const timed = steps.some(isInterrupted) ? undefined : waiting.find(isTimed);
  const at = waiting.map((step) => step.name).join(", ");
  const fails = limit({ app, workflow });
  if (timed)
    return `suspended at ${at}, ${timed.message?.replace("Suspended ", "") ?? ""}${fails}; go on before with rollguard resume ${app.name}`;
  return `suspended at ${at}${fails}; a person goes on ${fails && "before "}with rollguard resume ${app.name}, or back with rollguard rollback ${app.name}`;
}

/** A step that timed out says what it had waited for until then. */
function failure({ steps }: WorkflowStatus): string {
  const failed = flat(steps).find((step) => step.phase === "failed" && !step.subSteps);
  const why = [failed?.reason === "Timeout" ? "timeout" : undefined, failed?.message].filter((text) => text);
  return `step ${failed?.name ?? ""}${why.length > 0 ? ` (${why.join(": ")})` : ""}`;
}
