import { asInteger, asList, asText, at, type Json, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { parseTime } from "../model/time.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";
import { newborn, type Observed } from "./observed.ts";

/** How long pods were waited for, in seconds: their deadline begins anew with a run of the workflow, and with a pod that becomes ready. */
export interface Patience {
  /** Since 1970. */
  readonly now: number;
  /** That the run of the workflow has lasted. */
  readonly run: number;
  /** Since another one of them became ready. */
  readonly arrival: number;
}

export function patienceFor(deployment: KubeObject, observed: Observed, run: number): Patience {
  const { arrivals } = observed.ages[labelOf(deployment, names.component) ?? ""] ?? newborn;
  return { now: observed.now, run, arrival: arrivals[nameOf(deployment)] ?? 0 };
}

/** Where nobody waits: what is over is over. */
export const impatient: Patience = { now: 0, run: Number.POSITIVE_INFINITY, arrival: Number.POSITIVE_INFINITY };

/**
 * Seconds until a Deployment without a further ready pod has had its progress deadline, 600 s where it sets none; 0 where it
 * has, undefined where it lacks no pod, or its controller has not seen it as it is. Kubernetes itself watches the deadline only until
 * a Deployment is complete for the first time, and never again, however many pods are lost or added later; from then on its
 * condition Available tells since when it lacks some (kubernetes: pkg/controller/deployment/progress.go, isCompleteDeployment).
 */
export function deadlineIn(deployment: KubeObject, { now, run, arrival }: Patience): number | undefined {
  const generation = asInteger(at(deployment, "metadata", "generation")) ?? 0;
  const isSeen = (asInteger(at(deployment, "status", "observedGeneration")) ?? generation) >= generation;
  if (!isSeen) return undefined;
  const conditions = asList(at(deployment, "status", "conditions"));
  const find = (type: string): Json | undefined => conditions.find((condition) => own(condition, "type") === type);
  const deadline = asInteger(at(deployment, "spec", "progressDeadlineSeconds")) ?? 600;
  const progress = own(find("Progressing"), "reason");
  if (progress === "ProgressDeadlineExceeded") return Math.max(0, deadline - run);
  if (progress !== "NewReplicaSetAvailable") return undefined;
  const available = find("Available");
  const since = parseTime(asText(own(available, "lastTransitionTime")) ?? "");
  if (own(available, "status") !== "False" || since === undefined) return undefined;
  return Math.max(0, deadline - Math.min(run, arrival, now - since));
}

/** What a step that waited for the deadline in vain says. */
export const noProgress = (what: string): string => `no progress for 600s: ${what}`;
