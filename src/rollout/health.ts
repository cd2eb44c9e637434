import { type Component, rolloutOf } from "../model/application.ts";
import { asInteger, at } from "../model/json.ts";
import { names } from "../model/names.ts";
import { contentHash } from "../model/revision.ts";
import { deploymentTypes } from "../model/vocabulary.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";
import type { CanaryComponent } from "./component.ts";
import { deadlineIn, impatient, type Patience } from "./deadline.ts";
import { objectsOf, ofKind } from "./observed.ts";
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
  /** Of a plain component: what is missing while it is not healthy, and whether nothing more comes by itself. */
  readonly lack?: { readonly text: string; readonly isFinal: boolean };
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

/**
 * kubevela/kubevela: internal/component/webservice.cue, the health policy of a Deployment; jobs are healthy once written.
 * What an older spec left is no part of it. `since`: seconds since the run of the workflow began.
 */
export function plainHealth(
  component: Component,
  objects: readonly KubeObject[],
  patience: (deployment: KubeObject) => Patience = () => impatient,
): ComponentHealth {
  const isDeployment = deploymentTypes.includes(component.type);
  const kind = isDeployment ? "Deployment" : component.type === "task" ? "Job" : "CronJob";
  const object = ofKind(kind, objectsOf(component.name, objects)).find(
    (candidate) => labelOf(candidate, names.revision) === undefined,
  );
  const isWritten = object !== undefined && labelOf(object, names.contentHash) === contentHash(component);
  const pods = podsOf(object, patience);
  const lack = isWritten ? (isDeployment ? lackOf(component, pods) : undefined) : unwritten(component);
  return {
    component: component.name,
    apiVersion: isDeployment ? "apps/v1" : "batch/v1",
    kind,
    healthy: lack === undefined,
    message: isDeployment ? `Ready:${pods.ready}/${pods.replicas}` : object ? nameOf(object) : "not written yet",
    traits: traitTypes(component),
    ...(lack === undefined ? {} : { lack }),
  };
}

/** Pods of a Deployment, as far as its controller has seen what it is to be. */
function podsOf(deployment: KubeObject | undefined, patience: (deployment: KubeObject) => Patience) {
  const seen = asInteger(at(deployment, "status", "observedGeneration")) ?? 0;
  return {
    replicas: asInteger(at(deployment, "spec", "replicas")) ?? 1,
    ready: asInteger(at(deployment, "status", "readyReplicas")) ?? 0,
    isSeen: seen >= (asInteger(at(deployment, "metadata", "generation")) ?? 0),
    isPastDeadline: deployment !== undefined && deadlineIn(deployment, patience(deployment)) === 0,
  };
}

function lackOf({ name }: Component, { replicas, ready, ...pods }: ReturnType<typeof podsOf>): ComponentHealth["lack"] {
  if (pods.isSeen && ready >= replicas) return undefined;
  return { text: `${ready} of ${replicas} pods of ${name} are ready`, isFinal: pods.isSeen && pods.isPastDeadline };
}

const unwritten = ({ name }: Component): ComponentHealth["lack"] => ({ text: `${name} is written`, isFinal: false });
