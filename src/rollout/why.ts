import type { Application } from "../model/application.ts";
import type { WorkflowStatus } from "../model/status.ts";
import type { CanaryPlan } from "./canary-actions.ts";
import { failedStep, goneBack, hasFailed } from "./failed.ts";
import { type ComponentHealth, canaryHealth } from "./health.ts";
import { limitsOf } from "./limits.ts";
import type { Wait } from "./move.ts";
import { endOfSuspend, failsNext } from "./next.ts";
import { isWayBack, retreatOf, type Underway } from "./retreat.ts";
import { flat, isInterrupted } from "./workflow-steps.ts";

interface Rollout extends Underway {
  readonly plan: CanaryPlan;
}

/** How a time is told, which is given in seconds since the epoch. */
export type TimeTold = (seconds: number) => string;

/** A component whose former objects go in so many seconds. */
export interface Leaving {
  readonly component: string;
  readonly seconds: number;
}

/** What there is to tell of an Application. */
export interface Told {
  readonly app: Application;
  /** As it is stored, which is what a command edits: with a publishVersion of before another one is in force. */
  readonly stored: Application;
  readonly workflow: WorkflowStatus;
  readonly rollouts: readonly Rollout[];
  /** Of the plain components that were applied. */
  readonly plains: readonly ComponentHealth[];
  readonly leaving: readonly Leaving[];
  readonly now: number;
  readonly timeTold: TimeTold;
}

/** Where all is done. */
export const idle = "nothing to do";

/** One line for people: what it waits for, until when, and what they could do. What needs a person comes first. */
export const reasonOf = (told: Told): string =>
  lost(told) ?? halted(told) ?? ended(told) ?? lacking(told) ?? underWay(told);

const waitsOf = ({ rollouts }: Told): readonly Wait[] =>
  rollouts.flatMap(({ plan: { decision } }) => (decision.move?.kind === "wait" ? [decision.move] : []));

/** What a person does about a rollout that cannot go on: back only where that leads to pods that serve. */
function remedy(told: Told): string {
  const back = canGoBack(told) ? ` or roll back with rollguard rollback ${told.app.name}` : "";
  return `apply a fix${back}`;
}

const canGoBack = ({ rollouts, stored }: Told): boolean => isWayBack(retreatOf(rollouts), stored);

/** A pin outlives the revision that it names where the component was away meanwhile. */
function lost({ rollouts }: Told): string | undefined {
  const pinned = rollouts
    .map(({ canary }) => canary)
    .find(({ desired, predicted, known }) => desired !== predicted && !known.some(({ name }) => name === desired));
  return pinned && `${pinned.desired}, to which ${pinned.component.name} is pinned, does not exist: apply a fix`;
}

/** What only a person can set going again; what went back by itself is told before. */
function halted(told: Told): string | undefined {
  const back = goneBack(told);
  const stop = stuck(told) ?? dead(told);
  return back === undefined ? stop : `${back}${stop === undefined ? ": apply a fix" : `; ${stop}`}`;
}

function stuck(told: Told): string | undefined {
  const wait = waitsOf(told).find(({ on }) => on === "stuck");
  const pods = wait && `${wait.text} and no more come: look at the pods of ${wait.revision}`;
  return pods && `${pods}, then ${remedy(told)}${onward(told)}`;
}

const onward = ({ workflow, app }: Told): string =>
  workflow.status === "suspending" ? `, or go on with rollguard resume ${app.name}` : "";

function dead(told: Told): string | undefined {
  const revisions = told.rollouts.flatMap(({ plan }) => plan.decision.dead);
  if (revisions.length === 0) return undefined;
  const [have, their] = revisions.length === 1 ? ["has", "its"] : ["have", "their"];
  const lost = `${revisions.join(", ")} ${have} traffic and no ready pod`;
  const { suspend, terminated, finished } = told.workflow;
  const wait = waitsOf(told).find(({ on, revision }) => on !== "stuck" && !revisions.includes(revision));
  if (wait && !suspend && !terminated && !finished) return `${lost}; ${waiting(wait, told)}`;
  return `${lost}, and weights stay: look at ${their} pods, ${remedy(told)}${onward(told)}`;
}

/** A workflow that a person has to set going again. */
function ended(told: Told): string | undefined {
  const { workflow, app, rollouts } = told;
  if (workflow.status === "failed") {
    const again = `try again with rollguard restart ${app.name}`;
    const ways = canGoBack(told) ? `${remedy(told)}, or ${again}` : `apply a fix, or ${again}`;
    return `the workflow failed: ${failedStep(workflow)}; ${standing(rollouts)}${ways}`;
  }
  if (workflow.status === "terminated") {
    const back = canGoBack(told) ? ` or back with rollguard rollback ${app.name}` : "";
    return `terminated by command; ${standing(rollouts)}go on with rollguard restart ${app.name}${back}`;
  }
  return workflow.status === "suspending" ? `${failedBefore(told)}${missing(told)}${suspension(told)}` : undefined;
}

/** Steps that go on tell first what has failed beside them. */
function failedBefore({ workflow, rollouts }: Told): string {
  if (workflow.finished || !workflow.steps.some(hasFailed)) return "";
  return `${failedStep(workflow)} failed; ${standing(rollouts.filter(({ aim }) => aim.hasFailed))}`;
}

/** Pods that went while a person was asked. */
function missing(told: Told): string {
  const wait = waitsOf(told).find(({ on }) => on === "pods");
  return wait ? `${wait.text}; ` : "";
}

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
  const reached = rollouts.filter(({ plan }) => plan.decision.phase === "Reached");
  return reached.length === 0 ? (left(told) ?? idle) : stop(reached, told);
}

function goingOn(told: Told): string {
  const { plains, rollouts } = told;
  const [wait] = waitsOf({ ...told, rollouts: rollouts.filter(({ aim }) => !aim.hasFailed) });
  return wait ? waiting(wait, told) : (plains.flatMap(({ lack }) => lack?.text ?? [])[0] ?? "working");
}

const waiting = ({ text, seconds }: Wait, told: Told): string =>
  seconds === undefined ? text : text + until(seconds, told);

/** The timeout that runs out first. */
function limit({ app, workflow, timeTold }: Told): string {
  const [first] = limitsOf(app, workflow);
  return first ? `; ${first.step.name} times out at ${timeTold(first.at)}` : "";
}

/** What a component was made of before stays until no proxy can need it. */
function left(told: Told): string | undefined {
  const [first] = [...told.leaving].sort((a, b) => a.seconds - b.seconds);
  return first && `the proxies leave what ${first.component} had before${until(first.seconds, told)}`;
}

const until = (seconds: number, { now, timeTold }: Told): string => `, until ${timeTold(now + seconds)}`;

function stop(reached: readonly Rollout[], told: Told): string {
  const stays = reached.map(({ canary, plan: { decision } }) => {
    const { component, situation } = canary;
    const batch = `${decision.batch + 1} of ${situation.batches.length}`;
    const { healthy, message } = canaryHealth(canary);
    return `${component.name} stays at batch ${batch}${healthy ? "" : `, with ${message}`}: its batchPartition or its workflow asks for no more`;
  });
  const back = canGoBack(told) ? `, or roll back with rollguard rollback ${told.app.name}` : "";
  return `${stays.join("; ")}; to go on apply one that does${back}`;
}

/** Where the workflow waits: for a person, or until a step ends by itself, which a person who suspends prevents. */
function suspension(told: Told): string {
  const { workflow, app } = told;
  const waiting = flat(workflow.steps).filter((step) => step.phase === "suspending" && !step.subSteps);
  const isStopped = workflow.steps.some(isInterrupted);
  const ends = waiting.map((step) => ({ step, end: isStopped ? undefined : endOfSuspend(step, app) }));
  const persons = ends.flatMap(({ step, end }) => (end === undefined ? [step.name] : []));
  const timed = ends.flatMap(({ step, end }) =>
    end === undefined ? [] : [`${step.name} until ${told.timeTold(end)}`],
  );
  const places = [...persons, ...timed];
  const where = places.length === 0 ? "suspended" : `suspended at ${places.join(", ")}`;
  const resume = `with rollguard resume ${app.name}`;
  const fails = limit(told);
  if (timed.length > 0 && persons.length === 0) return `${where}${fails}; go on before ${resume}`;
  const back = canGoBack(told) ? `, or back with rollguard rollback ${app.name}` : "";
  const goesOn = failsNext(app, workflow) ? "ends it as failed" : "goes on";
  return `${where}${fails}; a person ${goesOn} ${fails && "before "}${resume}${back}`;
}
