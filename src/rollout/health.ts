import { type Component, rolloutOf } from "../model/application.ts";
import { asInteger, at } from "../model/json.ts";
import { names } from "../model/names.ts";
import { deploymentTypes } from "../model/vocabulary.ts";
import { type KubeObject, kindOf, labelOf, nameOf } from "../model/world.ts";
import type { CanaryComponent } from "./component.ts";
import { objectsOf } from "./observed.ts";
import { podsAfter, revisionState, type Situation } from "./situation.ts";
import { weightOf } from "./weights.ts";

/** Whether the pods of a component are as they are to be, for `status.services`. */
export interface ComponentHealth {
  readonly component: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly healthy: boolean;
  readonly message: string;
  /** Types of its traits, as it has them. */
  readonly traits: readonly string[];
}

/** A canary component is healthy when it has all the pods that it is to have now, whichever revision they are of. */
export function canaryHealth({ component, situation }: CanaryComponent): ComponentHealth {
  const shares = situation.revisions.map(({ name, replicas, ready }) => {
    const weight = situation.weights === undefined ? "" : ` ${weightOf(situation.weights, name)}%`;
    return `${name} ${ready}/${replicas}${weight}`;
  });
  const ready = situation.revisions.reduce((total, revision) => total + revision.ready, 0);
  const isStuck = [situation.target, situation.stable ?? situation.target].some(
    (name) => revisionState(situation, name).stuck,
  );
  const serving = revisionState(situation, situation.target).ready > 0 || situation.stable !== undefined;
  return {
    component: component.name,
    apiVersion: "apps/v1",
    kind: "Deployment",
    healthy: serving && ready >= due(component, situation) && !isStuck,
    message: shares.join(", ") || "no pods yet",
    traits: traitTypes(component),
  };
}

const traitTypes = ({ traits }: Component): readonly string[] => traits.map(({ type }) => type);

/** A rollout that its trait stops at a batch has no more pods than that gives. */
function due(component: Component, situation: Situation): number {
  const partition = rolloutOf(component)?.batchPartition;
  if (partition === undefined) return situation.size;
  return Math.min(situation.size, situation.settledSize ?? podsAfter(situation, partition));
}

/** kubevela/kubevela: internal/component/webservice.cue, the health policy of a Deployment; jobs are healthy once written. */
export function plainHealth(component: Component, objects: readonly KubeObject[]): ComponentHealth {
  const isDeployment = deploymentTypes.includes(component.type);
  const kind = isDeployment ? "Deployment" : component.type === "task" ? "Job" : "CronJob";
  const object = objectsOf(component.name, objects).find(
    (candidate) => kindOf(candidate) === kind && labelOf(candidate, names.revision) === undefined,
  );
  const replicas = asInteger(at(object, "spec", "replicas")) ?? 1;
  const ready = asInteger(at(object, "status", "readyReplicas")) ?? 0;
  const seen = asInteger(at(object, "status", "observedGeneration")) ?? 0;
  const isSeen = seen >= (asInteger(at(object, "metadata", "generation")) ?? 0);
  return {
    component: component.name,
    apiVersion: isDeployment ? "apps/v1" : "batch/v1",
    kind,
    healthy: object !== undefined && (!isDeployment || (isSeen && ready >= replicas)),
    message: isDeployment ? `Ready:${ready}/${replicas}` : object ? nameOf(object) : "not written yet",
    traits: traitTypes(component),
  };
}
