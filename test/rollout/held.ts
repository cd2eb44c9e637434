import { type Component, readApplication, rolloutOf, sum } from "../../src/model/application.ts";
import { asInteger, at } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import { isEnded, readWorkflowStatus } from "../../src/model/status.ts";
import { allSteps, canarySteps, rollbackSteps } from "../../src/model/workflow.ts";
import { type KubeObject, labelOf, nameOf } from "../../src/model/world.ts";
import { observedCanaries, weightsOf } from "../../src/rollout/component.ts";
import type { Observed } from "../../src/rollout/observed.ts";
import { flat, isInterrupted } from "../../src/rollout/workflow-steps.ts";
import { runInForce } from "./in-force.ts";

/**
 * A rollout that a person suspended in mid-step or terminated, or that failed, does not move: no Deployment changes its
 * size and no route its weights, but for what was lost from outside, and the way back after a failure.
 */
export function heldFaults(observed: Observed, object: KubeObject): readonly string[] {
  const app = readApplication(observed.app);
  const component = app.components.find(({ name }) => name === labelOf(object, names.component));
  if (!component || !rolloutOf(component)) return [];
  if (!isHeld(observed) && !hasFailed(component, observed)) return [];
  const canary = observedCanaries(app, observed).find((candidate) => candidate.component === component);
  if (canary?.returnsFrom !== undefined) return [];
  const known = observed.objects.find((other) => other["kind"] === object["kind"] && nameOf(other) === nameOf(object));
  if (!known) return [];
  return object["kind"] === "Deployment" ? sizeFaults(known, object) : weightFaults(observed, known, object);
}

/**
 * Whether the last canary step of a component that has begun has failed, and no later one can begin any more: then it
 * stays where it is, though steps of others go on.
 */
function hasFailed(component: Component, { app: object, objects }: Observed): boolean {
  const app = readApplication(object);
  const workflow = readWorkflowStatus(object);
  if (!workflow || workflow.appRevision !== runInForce(object, objects)) return false;
  const own = [...canarySteps(app), ...rollbackSteps(app)].filter((step) => step.component === component);
  const statuses = allSteps(app)
    .filter((step) => own.some((each) => each.step === step))
    .map((step) => flat(workflow.steps).find(({ name }) => name === step.name));
  const ran = statuses.filter((status) => status?.phase !== "skipped");
  return statuses.every(isEnded) && ran.at(-1)?.phase === "failed";
}

/** Whether the run of the workflow that was stopped is the one that is in force: a new one begins anew. */
function isHeld({ app, objects }: Observed): boolean {
  const workflow = readWorkflowStatus(app);
  if (!workflow || workflow.appRevision !== runInForce(app, objects)) return false;
  return workflow.terminated || (workflow.suspend && workflow.steps.some(isInterrupted));
}

function sizeFaults(known: KubeObject, object: KubeObject): readonly string[] {
  const [before, after] = [known, object].map((each) => asInteger(at(each, "spec", "replicas")) ?? 1);
  return before === after ? [] : [`held, and ${nameOf(object)} goes from ${before} to ${after}`];
}

function weightFaults({ ready, objects }: Observed, known: KubeObject, object: KubeObject): readonly string[] {
  const routes = objects
    .filter((other) => other["kind"] === "VirtualService")
    .filter((other) => labelOf(other, names.component) === labelOf(object, names.component))
    .map(weightsOf);
  const isBroken = routes.some(
    (weights) =>
      sum(Object.values(weights)) !== 100 ||
      Object.entries(weights).some(([name, weight]) => weight > 0 && (ready[name] ?? 0) === 0),
  );
  const differ = new Set(routes.map((weights) => JSON.stringify(weights))).size > 1;
  const [before, after] = [known, object].map((each) => JSON.stringify(weightsOf(each)));
  return isBroken || differ || before === after ? [] : [`held, and weights go from ${before} to ${after}`];
}
