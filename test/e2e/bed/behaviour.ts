import type { Pod } from "./kubelet-client.ts";

/** How the pods of a test behave, other than well. */
export interface Behaviour {
  /** Milliseconds from start to ready; "never" also takes readiness away from a pod that has it. */
  readonly readyAfter: number | "never";
  /** Milliseconds before each answer. */
  readonly latency: number;
  /** Every n-th answer is a 500; 0: none. With 1, a pod that has a readiness probe fails it. */
  readonly fail: number;
}

/** Behaviour told from outside, since an annotation would be part of a revision's content. */
export interface Override extends Partial<Behaviour> {
  readonly namespace: string;
  /** All pods of the namespace, where no revision is given. */
  readonly revision?: string;
}

export const revisionOf = (pod: Pod): string | undefined => pod.metadata.labels?.["app.oam.dev/revision"];

const annotated = (pod: Pod, key: string): string | undefined => pod.metadata.annotations?.[`bed/${key}`];

const numeric = (pod: Pod, key: string): number | undefined => {
  const text = annotated(pod, key);
  return text === undefined ? undefined : Number(text);
};

export const covers = (override: Pick<Override, "namespace" | "revision">, pod: Pod): boolean =>
  override.namespace === pod.metadata.namespace &&
  (override.revision === undefined || override.revision === revisionOf(pod));

/** Of the defaults, the pod's annotations `bed/ready-after`, `bed/latency`, `bed/fail`, and overrides, the last word counts. */
export function behaviourOf(pod: Pod, defaults: Behaviour, overrides: readonly Override[]): Behaviour {
  const own: Behaviour = {
    readyAfter:
      annotated(pod, "ready-after") === "never" ? "never" : (numeric(pod, "ready-after") ?? defaults.readyAfter),
    latency: numeric(pod, "latency") ?? defaults.latency,
    fail: numeric(pod, "fail") ?? defaults.fail,
  };
  return overrides
    .filter((override) => covers(override, pod))
    .reduce<Behaviour>(
      (so, { readyAfter, latency, fail }) => ({
        readyAfter: readyAfter ?? so.readyAfter,
        latency: latency ?? so.latency,
        fail: fail ?? so.fail,
      }),
      own,
    );
}
