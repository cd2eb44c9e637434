import { type Application, type Component, readApplication, traitOf } from "../model/application.ts";
import { asText, at, equal, type Json, type JsonObject } from "../model/json.ts";
import { currentStep, readWorkflowStatus, type WorkflowStatus } from "../model/status.ts";
import { formatTime } from "../model/time.ts";
import { type KubeObject, nameOf } from "../model/world.ts";
import { controllerRevision } from "../render/controller-revision.ts";
import type { Owner } from "../render/owner.ts";
import { type AppRevision, applicationRevision, appRevisionOf } from "./app-revision.ts";
import { applicationStatus } from "./app-status.ts";
import { type CanaryPlan, canaryPlan } from "./canary-actions.ts";
import { type CanaryComponent, observedCanaries } from "./component.ts";
import { runSeconds } from "./current-run.ts";
import { deadlineIn, patienceFor } from "./deadline.ts";
import { type Run, runWorkflow } from "./engine.ts";
import { forget } from "./forget.ts";
import { aimOf, isDeployed } from "./goal.ts";
import { type ComponentHealth, canaryHealth, plainHealth } from "./health.ts";
import { type Action, type Observed, ofKind, type Plan } from "./observed.ts";
import { garbage, plainPlan } from "./plain-actions.ts";
import { failure } from "./progress.ts";
import { recordOf, recordWrite, stableMark } from "./record.ts";
import { lostRevisions } from "./restore.ts";
import { stepTypes } from "./steps/index.ts";
import { type Leaving, reasonOf, type TimeTold } from "./why.ts";
import { isInterrupted } from "./workflow-steps.ts";

/**
 * What to do next for one Application, and the status to write: a pure function of what was observed. Every prefix of
 * the actions is safe, and once all are done the plan from what is there then is empty or waits. Times for people are told as
 * `timeTold` does.
 */
export function plan(observed: Observed, timeTold: TimeTold = formatTime): Plan {
  const stored = readApplication(observed.app);
  if (at(observed.app, "metadata", "deletionTimestamp") !== undefined)
    return { actions: [], wakeIn: undefined, why: "it is being deleted" };
  const revision = appRevisionOf(stored, ofKind("ApplicationRevision", observed.objects));
  const app = equal(at(observed.app, "spec"), revision.spec)
    ? stored
    : readApplication({ ...observed.app, spec: revision.spec });
  const owner: Owner = { app, uid: asText(at(observed.app, "metadata", "uid")), settleSeconds: observed.settleSeconds };
  const canaries = observedCanaries(app, observed);
  const lost = canaries.flatMap((canary) => lostRevisions(canary, owner, observed));
  const unrecorded = lost.length > 0 ? lost.map(recording) : record(app, revision, canaries, owner);
  if (unrecorded.length > 0) return { actions: unrecorded, wakeIn: undefined, why: "its revisions are being recorded" };
  return planRecorded({ app, owner, revision, canaries, observed, timeTold });
}

interface Scene {
  readonly app: Application;
  readonly owner: Owner;
  readonly revision: AppRevision;
  readonly canaries: readonly CanaryComponent[];
  readonly observed: Observed;
  readonly timeTold: TimeTold;
}

/** Revisions are written when a spec is first seen, before any step: their numbers count even if they never run. */
function record(app: Application, revision: AppRevision, canaries: readonly CanaryComponent[], owner: Owner): Action[] {
  const made = canaries
    .filter(({ known, predicted }) => !known.some(({ name }) => name === predicted))
    .map(({ component, known, predicted }) => {
      const number = Math.max(0, ...known.map((other) => other.number)) + 1;
      return controllerRevision(component, owner, { name: predicted, number });
    });
  const recorded = revision.exists ? [] : [applicationRevision(app, revision)];
  return [...made, ...recorded].map(recording);
}

const recording = (object: KubeObject): Action => ({ do: "apply", object, event: `record ${nameOf(object)}` });

function planRecorded(scene: Scene): Plan {
  const { app, canaries, observed } = scene;
  const since = runSeconds(app, observed);
  const patience = (object: KubeObject) => patienceFor(object, observed, since);
  const plain = app.components.filter((component) => !traitOf(component, "rollout"));
  const healths = new Map<string, ComponentHealth>([
    ...canaries.map((canary) => [canary.component.name, canaryHealth(canary)] as const),
    ...plain.map((component) => [component.name, plainHealth(component, observed.objects, patience)] as const),
  ]);
  const run = turn(scene, healths);
  const rollouts = canaries.map((canary) => {
    const aim = aimOf(canary, app, run.status.steps);
    const held = canary.returnsFrom === undefined && (isHeld(run.status) || aim.hasFailed);
    return { canary, aim, plan: canaryPlan(canary, aim, scene.owner, observed, held) };
  });
  const applied = plain.filter((component) => isDeployed(component.name, app, run.status.steps));
  const plains = applied.map((component) => plainPlan(component, scene.owner, observed));
  const why = reasonOf({
    app,
    stored: readApplication(observed.app),
    workflow: run.status,
    rollouts,
    plains: applied.flatMap(({ name }) => healths.get(name) ?? []),
    leaving: [
      ...rollouts.flatMap(({ canary, plan }) => leaving(canary.component, plan.wakeIn)),
      ...applied.flatMap((component, i) => leaving(component, plains[i]?.wakeIn)),
    ],
    now: observed.now,
    timeTold: scene.timeTold,
  });
  const writes = [
    ...rollouts.flatMap((rollout) => rollout.plan.actions),
    ...plains.flatMap(({ actions }) => actions),
    ...(run.status.status === "succeeded" ? garbage(app, scene.owner, observed) : []),
    ...rollouts.flatMap(({ canary, aim, plan: { decision } }) => stableMark(canary, aim, decision, observed.now)),
    ...rollouts.flatMap(({ canary, aim, plan: { decision } }) =>
      recordWrite(observed.objects, recordOf(canary, aim, decision, { workflow: run.status, owner: scene.owner })),
    ),
  ];
  const status = applicationStatus(app, {
    now: observed.now,
    revision: scene.revision,
    workflow: run.status,
    services: [...healths.values()],
    why,
  });
  const isOver = writes.length === 0 && isRecordedEnd(observed.app, run.status);
  const actions = [
    ...writes,
    ...(isOver ? forget(app, scene.revision, observed) : []),
    ...statusWrite(observed.app, status),
  ];
  const wakes = wakesOf(
    rollouts.map((rollout) => rollout.plan),
    plains,
    ofKind("Deployment", observed.objects).map((object) => deadlineIn(object, patience(object)) || undefined),
  );
  const due = [...(run.wakeIn === undefined ? [] : [run.wakeIn]), ...wakes];
  return {
    actions,
    wakeIn: due.length === 0 ? undefined : Math.min(...due),
    isUpToPerson: run.isUpToPerson === true && wakes.length === 0,
    why,
  };
}

/**
 * Whether a workflow has succeeded, and its Application says so. What else is to be written of it is no matter: that nothing can
 * be forgotten stands there too, and would come and go.
 */
const isRecordedEnd = (app: KubeObject, workflow: WorkflowStatus): boolean =>
  workflow.status === "succeeded" && equal(readWorkflowStatus(app) as unknown as Json, workflow as unknown as Json);

const leaving = ({ name: component }: Component, seconds: number | undefined): readonly Leaving[] =>
  seconds === undefined ? [] : [{ component, seconds }];

/** One turn of the workflow over what was observed. */
function turn({ app, revision, canaries, observed }: Scene, healths: ReadonlyMap<string, ComponentHealth>): Run {
  const healthOf = (component: string) => healths.get(component);
  return runWorkflow(app, readWorkflowStatus(observed.app), {
    now: observed.now,
    appRevision: revision.run,
    failure: canaries.flatMap((canary) => failure(canary) ?? [])[0],
    advance: (step, status) =>
      stepTypes.find(({ type }) => type === step.type)?.advance(step, status, { app, canaries, healthOf }) ?? {
        phase: "failed",
        reason: "Execute",
        message: `steps of type ${step.type} are not supported`,
      },
  });
}

/**
 * A person who suspends in mid-step, or terminates, and a rollout that failed, stop everything that goes on; a suspend
 * step does not: what it waits behind has been reached.
 */
const isHeld = ({ suspend, terminated, steps }: WorkflowStatus): boolean =>
  terminated || (suspend && steps.some(isInterrupted));

function statusWrite(app: KubeObject, status: JsonObject): readonly Action[] {
  if (equal(at(app, "status"), status as Json)) return [];
  return [{ do: "write-status", status, event: eventOf(status) }];
}

/** The phase of the Application, and the step that runs or waits. */
function eventOf(status: JsonObject): string {
  const step = currentStep(readWorkflowStatus({ status })?.steps ?? []);
  return `${asText(status["status"]) ?? ""}${step ? ` at ${step.name}` : ""}`;
}

/** When components want to be looked at again, in seconds. */
const wakesOf = (
  rollouts: readonly CanaryPlan[],
  plains: readonly { wakeIn: number | undefined }[],
  deadlines: readonly (number | undefined)[],
): readonly number[] =>
  [
    ...plains.map((plain) => plain.wakeIn),
    ...rollouts.map((rollout) => rollout.wakeIn),
    ...rollouts.map(({ decision: { move } }) => (move?.kind === "wait" ? move.seconds : undefined)),
    ...deadlines,
  ].filter((seconds) => seconds !== undefined);
