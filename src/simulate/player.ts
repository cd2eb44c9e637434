import type { PaperCluster } from "./paper-cluster.ts";

/** An Application on stage with the part of the cluster that is its own, and when to look at it again. */
export interface Player {
  readonly key: string;
  cluster: PaperCluster;
  /** Seconds of the simulated clock; unbounded where nothing will happen by itself. */
  due: number;
  /** When the time of a person for whom it waits is over: until then it is at rest. */
  limit: number;
}
