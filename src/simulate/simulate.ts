import type { TimeTold } from "../rollout/why.ts";
import { onTheClock } from "./clock.ts";
import type { Frame } from "./frame.ts";
import type { PaperCluster } from "./paper-cluster.ts";
import type { Cue, Judged } from "./script.ts";
import { Stage } from "./stage.ts";

export interface Simulation {
  readonly verdicts: readonly Judged[];
  readonly frames: readonly Frame[];
  /** Why the script ended early. */
  readonly refusal: string | undefined;
  /** Whether proxies were ever told to lag longer than the settle time covers, which ends whether they confirm or not. */
  readonly lagExceedsSettle: boolean;
  /** What there is in the end, one cluster for each Application. */
  readonly clusters: readonly PaperCluster[];
}

/** How a paper cluster begins: pods are ready after a second, and the mesh confirms nothing. */
export const newStage = (settleSeconds: number, timeTold: TimeTold): Stage =>
  new Stage({ settleSeconds, readyAfter: 1, failing: new Set(), meshConfirms: false, meshLag: 0 }, timeTold);

/** Plays a script on paper, by the code that runs in a real cluster: review, then plan in a loop. */
export function simulate(cues: readonly Cue[], { settleSeconds }: { readonly settleSeconds: number }): Simulation {
  const stage = newStage(settleSeconds, onTheClock);
  for (const { act, after } of cues) {
    if (after === undefined) stage.rest();
    else stage.passTime(after);
    stage.perform(act);
    if (stage.refusal !== undefined) return simulation(stage);
  }
  stage.rest();
  return simulation(stage);
}

function simulation(stage: Stage): Simulation {
  const { verdicts, refusal, lagExceedsSettle } = stage;
  return { verdicts, frames: named(stage.camera.frames), refusal, lagExceedsSettle, clusters: stage.clusters() };
}

/** Frames say whose they are where there is more than one Application; with the namespace where names alone do not tell. */
function named(frames: readonly Frame[]): readonly Frame[] {
  const names = new Map(frames.map(({ application = "" }) => [application, application.replace(/^.*\//, "")]));
  const isEnough = new Set(names.values()).size === names.size;
  return frames.map(({ application = "", ...frame }) =>
    names.size > 1 ? { ...frame, application: (isEnough && names.get(application)) || application } : frame,
  );
}
