import { asObject, at, type Json } from "../../src/model/json.ts";
import { type KubeObject, nameOf } from "../../src/model/world.ts";
import type { Command } from "../../src/rollout/commands.ts";
import type { Action, Observed, Plan } from "../../src/rollout/observed.ts";
import { emptyCluster, observed, type PaperCluster } from "../../src/simulate/paper-cluster.ts";
import type { PastRoute } from "./invariants.ts";

/**
 * What happens, in this order: what people do, a revision that `dies` and whose pods never come back, and time: `late` is a step
 * that is open when its timeout is over.
 */
export type Act =
  | { readonly apply: KubeObject }
  | { readonly command: Command }
  | { readonly delete: string }
  | { readonly dies: string }
  | { readonly late: string };

export interface SmallWorld {
  readonly name: string;
  readonly acts: readonly Act[];
  readonly deaths: number;
  readonly crashes: number;
  /** Revisions whose pods never become ready. */
  readonly failing?: readonly string[];
}

export interface State {
  readonly cluster: PaperCluster;
  readonly pending: readonly Action[];
  readonly decided: Observed | undefined;
  readonly past: readonly PastRoute[];
  readonly act: number;
  readonly deaths: number;
  readonly crashes: number;
  /** The run of the workflow that was resumed last. */
  readonly resumed: string | undefined;
}

export interface Step {
  readonly event: string;
  readonly state: State;
  readonly isFair: boolean;
  readonly faults: readonly string[];
}

export type Planner = (observed: Observed) => Plan;

const key = "Application/default/shop";
/** When pods become ready that have not been told to. */
export const never = Number.POSITIVE_INFINITY;
const nature = { settleSeconds: 12, readyAfter: never, failing: new Set<string>(), meshConfirms: false, meshLag: 0 };
export const begin = (world: SmallWorld): State => ({
  cluster: emptyCluster(nature),
  pending: [],
  decided: undefined,
  past: [],
  act: 0,
  deaths: world.deaths,
  crashes: world.crashes,
  resumed: undefined,
});
export const appOf = (cluster: PaperCluster): KubeObject | undefined => cluster.objects.get(key);
/** What the controller sees. Where pods never become ready, their deadline has passed as soon as a run has begun. */
export function see(state: State, world: SmallWorld): Observed {
  const app = appOf(state.cluster) ?? {};
  const failing = failingIn(state, world);
  const seen = observed(state.cluster, failing.length > 0 ? begunLongAgo(app) : app, 0);
  return {
    ...seen,
    objects: seen.objects.map((object) =>
      failing.includes(nameOf(object)) && object["kind"] === "Deployment" ? expired(object) : object,
    ),
  };
}
/** Revisions whose pods never become ready from now on. */
export const failingIn = ({ act }: State, { failing = [], acts }: SmallWorld): readonly string[] => [
  ...failing,
  ...acts.slice(0, act).flatMap((done) => ("dies" in done ? [done.dies] : [])),
];
function begunLongAgo(app: KubeObject): KubeObject {
  const status = asObject(app["status"]);
  const workflow = asObject(status["workflow"]);
  if (workflow["startTime"] === undefined) return app;
  return { ...app, status: { ...status, workflow: { ...workflow, startTime: "2025-01-01T00:00:00Z" } } };
}
/** A Deployment whose pods never become ready, after its progress deadline. */
const expired = (deployment: KubeObject): KubeObject => ({
  ...deployment,
  status: { conditions: [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }] },
});
/** The run of the workflow that the status tells of. */
export const runOf = (cluster: PaperCluster): Json | undefined =>
  at(appOf(cluster) ?? {}, "status", "workflow", "appRevision");
