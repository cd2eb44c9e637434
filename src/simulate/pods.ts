import { asInteger, at } from "../model/json.ts";
import { formatTime } from "../model/time.ts";
import type { KubeObject } from "../model/world.ts";
import { epoch } from "./clock.ts";

/** The pods of one Deployment on paper. Times are seconds of the simulated clock. */
export interface Pods {
  /** When each pod becomes ready, or became so; unbounded for one that never does. */
  readonly readyAt: readonly number[];
  /** When a further pod became ready last, or the number that is wanted was changed. */
  readonly progressAt: number;
  /** When one became ready last, before the last change; unbounded where none ever did. */
  readonly arrivedAt: number;
  /** Whether all of them were ready once, before the last change. */
  readonly wasComplete: boolean;
  /** Since when pods lack, where they do; as long as none does, when one was lost or added last. */
  readonly lackingSince: number;
}

export const noPods = (now: number): Pods => ({
  readyAt: [],
  progressAt: now,
  arrivedAt: Number.NEGATIVE_INFINITY,
  wasComplete: false,
  lackingSince: now,
});

/** Other pods, from now on. */
function changed(pods: Pods, readyAt: readonly number[], now: number): Pods {
  const isComplete = isWhole(pods, now);
  return {
    readyAt,
    progressAt: now,
    arrivedAt: lastReady(pods, now),
    wasComplete: pods.wasComplete || (isComplete && pods.readyAt.length > 0),
    lackingSince: isComplete ? now : pods.lackingSince,
  };
}

const isWhole = ({ readyAt }: Pods, now: number): boolean => readyAt.every((at) => at <= now);

/** How pods behave. */
export interface Nature {
  /** Seconds until a new pod is ready. */
  readonly readyAfter: number;
  /** Revisions whose pods never become ready. */
  readonly failing: ReadonlySet<string>;
}

const becomesReady = (revision: string, now: number, { readyAfter, failing }: Nature): number =>
  failing.has(revision) ? Number.POSITIVE_INFINITY : now + readyAfter;

/** More pods start; fewer go at once, those that are not ready first (kubernetes/kubernetes: pkg/controller/controller_utils.go). */
export function scaled(pods: Pods, replicas: number, revision: string, now: number, nature: Nature): Pods {
  if (pods.readyAt.length === replicas) return pods;
  const kept = [...pods.readyAt].sort((a, b) => a - b).slice(0, replicas);
  const added = Array.from({ length: Math.max(0, replicas - kept.length) }, () => becomesReady(revision, now, nature));
  return changed(pods, [...kept, ...added], now);
}

/** Ready pods are killed and replaced. */
export const crashed = (pods: Pods, revision: string, now: number, nature: Nature): Pods =>
  changed(
    pods,
    pods.readyAt.map((at) => (at <= now ? becomesReady(revision, now, nature) : at)),
    now,
  );

/** All pods stop being ready, and none becomes so again. */
export const failed = (pods: Pods, now: number): Pods =>
  changed(
    pods,
    pods.readyAt.map(() => Number.POSITIVE_INFINITY),
    now,
  );

export const readyPods = (pods: Pods, now: number): number => pods.readyAt.filter((at) => at <= now).length;

const progressDeadline = (deployment: KubeObject): number =>
  asInteger(at(deployment, "spec", "progressDeadlineSeconds")) ?? 600;

/** When pods become ready next, or the progress deadline ends, after `now`. */
export function nextChange(pods: Pods, deployment: KubeObject, now: number): number {
  const isWaiting = !pods.wasComplete && !isWhole(pods, now);
  const deadline = lastProgress(pods, now) + progressDeadline(deployment);
  const times = [...pods.readyAt, ...(isWaiting ? [deadline] : [])].filter((time) => time > now);
  return Math.min(Number.POSITIVE_INFINITY, ...times);
}

const lastProgress = (pods: Pods, now: number): number => Math.max(pods.progressAt, lastReady(pods, now));

/** When a pod became ready last; unbounded where none ever was. */
export const lastReady = ({ arrivedAt, readyAt }: Pods, now: number): number =>
  Math.max(arrivedAt, ...readyAt.filter((at) => at <= now));

/**
 * The status that the Deployment controller would have written. It asks for progress only until all pods are ready for the first
 * time (kubernetes/kubernetes: pkg/controller/deployment/progress.go).
 */
export function deploymentStatus(pods: Pods, deployment: KubeObject, now: number): KubeObject {
  const ready = readyPods(pods, now);
  const replicas = pods.readyAt.length;
  const isComplete = pods.wasComplete || ready >= replicas;
  const expired = !isComplete && now - lastProgress(pods, now) >= progressDeadline(deployment);
  const reason = expired ? "ProgressDeadlineExceeded" : isComplete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated";
  return {
    observedGeneration: asInteger(at(deployment, "metadata", "generation")) ?? 1,
    replicas,
    readyReplicas: ready,
    conditions: [
      { type: "Progressing", status: expired ? "False" : "True", reason },
      availability(pods, deployment, now),
    ],
  };
}

/** Whether no more pods lack than may; a quarter, rounded down, where the Deployment says nothing. */
function availability(pods: Pods, deployment: KubeObject, now: number): KubeObject {
  const replicas = pods.readyAt.length;
  const spared = asInteger(at(deployment, "spec", "strategy", "rollingUpdate", "maxUnavailable"));
  const isAvailable = readyPods(pods, now) >= replicas - (spared ?? Math.floor(replicas / 4));
  const since = isAvailable ? Math.max(pods.lackingSince, lastReady(pods, now)) : pods.lackingSince;
  return { type: "Available", status: isAvailable ? "True" : "False", lastTransitionTime: formatTime(epoch + since) };
}
