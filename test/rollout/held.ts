import { readApplication, rolloutOf, sum } from "../../src/model/application.ts";
import { asInteger, at } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import { readWorkflowStatus } from "../../src/model/status.ts";
import { type KubeObject, labelOf, nameOf } from "../../src/model/world.ts";
import { observedCanaries, weightsOf } from "../../src/rollout/component.ts";
import type { Observed } from "../../src/rollout/observed.ts";
import { isInterrupted } from "../../src/rollout/workflow-steps.ts";
import { runInForce } from "./in-force.ts";

/**
 * A rollout that a person suspended in mid-step or terminated, or that failed, does not move: no Deployment changes its
 * size and no route its weights, but for what was lost from outside, and the way back after a failure.
 */
export function heldFaults(observed: Observed, object: KubeObject): readonly string[] {
  const app = readApplication(observed.app);
  const component = app.components.find(({ name }) => name === labelOf(object, names.component));
  if (!component || !rolloutOf(component) || !isHeld(observed)) return [];
  const canary = observedCanaries(app, observed).find((candidate) => candidate.component === component);
  if (canary?.returnsFrom !== undefined) return [];
  const known = observed.objects.find((other) => other["kind"] === object["kind"] && nameOf(other) === nameOf(object));
  if (!known) return [];
  return object["kind"] === "Deployment" ? sizeFaults(known, object) : weightFaults(observed, known, object);
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
