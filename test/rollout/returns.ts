import { type Application, type Component, readApplication, rolloutOf, sum } from "../../src/model/application.ts";
import { names } from "../../src/model/names.ts";
import { readWorkflowStatus } from "../../src/model/status.ts";
import { rollbackSteps } from "../../src/model/workflow.ts";
import { type KubeObject, labelOf, nameOf } from "../../src/model/world.ts";
import { observedCanaries, weightsOf } from "../../src/rollout/component.ts";
import type { Observed } from "../../src/rollout/observed.ts";
import { weightOf } from "../../src/rollout/weights.ts";
import { flat, hasBegun } from "../../src/rollout/workflow-steps.ts";

/**
 * What a route may not do on the way back from a revision that is abandoned: the weight of the stable revision is never
 * lowered, and is raised to what its ready pods can bear, all of it only once they are there; what was lost from outside
 * goes to it all the same.
 */
export function returnFaults(observed: Observed, route: KubeObject): readonly string[] {
  const app = readApplication(observed.app);
  const component = app.components.find(({ name }) => name === labelOf(route, names.component));
  if (!component || !rolloutOf(component)) return [];
  const canary = observedCanaries(app, observed).find((candidate) => candidate.component === component);
  if (!canary) return [];
  const { stable, target, size, returnAtOnce } = canary.situation;
  const known = observed.objects.find(
    (object) => object["kind"] === "VirtualService" && nameOf(object) === nameOf(route),
  );
  const before = known ? weightsOf(known) : {};
  const ready = (revision: string) => observed.ready[revision] ?? 0;
  const goals = [stable, target, ...rollbackGoals(app, component)];
  const left = Object.keys(before).filter((name) => !goals.includes(name) && weightOf(before, name) > 0);
  const isBroken = sum(Object.values(before)) !== 100 || Object.keys(before).some((name) => ready(name) === 0);
  if (stable === undefined || left.length === 0 || isBroken) return [];
  const [had, has] = [weightOf(before, stable), weightOf(weightsOf(route), stable)];
  if (has < had) return [`the return takes ${had - has}% from ${stable}`];
  const needed = target === stable ? size : Math.max(0, size - ready(target));
  const share = Math.floor((100 * ready(stable)) / size);
  const isTooMuch = !returnAtOnce && ready(stable) < needed && has > Math.max(had, share);
  return isTooMuch ? [`the return gives ${has}% to ${ready(stable)} of ${needed} pods of ${stable}`] : [];
}

/** Where the rollback steps of a component that have begun take it. */
const rollbackGoals = (app: Application, component: Component): readonly string[] => {
  const begun = flat(readWorkflowStatus(app.raw)?.steps ?? []).filter(hasBegun);
  return rollbackSteps(app)
    .filter((step) => step.component === component)
    .filter(({ step }) => begun.some(({ name, phase }) => name === step.name && phase !== "skipped"))
    .map(({ revision }) => revision);
};
