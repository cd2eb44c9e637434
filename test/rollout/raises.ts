import { readApplication, rolloutOf, sum } from "../../src/model/application.ts";
import { names } from "../../src/model/names.ts";
import { canarySteps } from "../../src/model/workflow.ts";
import { type KubeObject, labelOf } from "../../src/model/world.ts";
import { observedCanaries, weightsOf } from "../../src/rollout/component.ts";
import type { Observed } from "../../src/rollout/observed.ts";
import { podsAfter, type Situation } from "../../src/rollout/situation.ts";
import { sameWeights, type Weights, weightOf } from "../../src/rollout/weights.ts";

/**
 * No write raises the weight of a revision beyond what its ready pods carry: their share of the size, or as few as a step of
 * the plan leaves it with that split. What was lost from outside goes to who serves all the same, and `returnFaults` looks at
 * a return.
 */
export function raiseFaults(observed: Observed, route: KubeObject): readonly string[] {
  const app = readApplication(observed.app);
  const component = app.components.find(({ name }) => name === labelOf(route, names.component));
  if (!component || !rolloutOf(component)) return [];
  const situation = observedCanaries(app, observed).find((each) => each.component === component)?.situation;
  if (!situation || isExcused(situation, observed)) return [];
  const weights = weightsOf(route);
  const had = (revision: string) =>
    Math.max(0, ...splitsOf(component.name, observed).map((it) => weightOf(it, revision)));
  const plans = canarySteps(app).flatMap(({ component: whose, batchPartition = 0, targets }) => {
    const asked = Object.fromEntries(targets.map(({ revision, weight = 100 }) => [revision, weight]));
    return whose === component && sameWeights(weights, asked) ? [podsAfter(situation, batchPartition)] : [];
  });
  return Object.entries(weights)
    .filter(([revision, weight]) => weight > had(revision))
    .flatMap(([revision, weight]) => {
      const ready = observed.ready[revision] ?? 0;
      const needed = podsFor(revision, weight, situation, plans);
      return ready < needed ? [`${weight}% on ${ready} of the ${needed} pods of ${revision} that carry it`] : [];
    });
}

function podsFor(revision: string, weight: number, { size, target, settledSize }: Situation, moved: readonly number[]) {
  const planned = moved.map((pods) => (revision === target ? pods : size - pods));
  const most = revision === target ? size : (settledSize ?? size);
  return Math.min(most, Math.floor((size * weight) / 100), ...planned);
}

const splitsOf = (component: string, { objects }: Observed): readonly Weights[] =>
  objects
    .filter((object) => object["kind"] === "VirtualService" && labelOf(object, names.component) === component)
    .map(weightsOf);

/**
 * Where weight is to be saved from dead pods, or is not whole, whoever serves gets it. A stable revision whose pods died a moment
 * ago keeps its own: its pods may be back in a second.
 */
function isExcused({ weights, stable, target, returnAtOnce, revisions }: Situation, { ready }: Observed): boolean {
  if (weights === undefined || returnAtOnce || sum(Object.values(weights)) !== 100) return true;
  const given = Object.keys(weights).filter((name) => weightOf(weights, name) > 0);
  const isGivenUp = (name: string) => name !== stable || (revisions.find((each) => each.name === name)?.stuck ?? true);
  return given.some((name) => ((ready[name] ?? 0) === 0 && isGivenUp(name)) || (name !== stable && name !== target));
}
