import { type KubeObject, labelOf, nameOf } from "../../src/model/world.ts";
import { type Frame, frameOf } from "../../src/simulate/frame.ts";
import { namespaceIn, Replay, type Stored } from "./replay.ts";

/** What a frame tells of each component, in one line: step, phases, batch, replicas and weights. Pods by themselves are no part. */
function linesOf({ step, phase, components }: Frame): string[] {
  return Object.entries(components).map(([name, { phase: own, batch, revisions }]) => {
    const shares = Object.entries(revisions).map(
      ([revision, { replicas, weight }]) => `${revision} x${replicas}${weight === undefined ? "" : ` ${weight}%`}`,
    );
    return `${name}: ${phase} ${step || "-"} | ${own} batch ${batch} | ${shares.join(", ")}`;
  });
}

/** What is seen to happen, repetitions removed. */
export const seenIn = (frames: readonly Frame[]): string[] =>
  frames.flatMap(linesOf).filter((line, i, all) => line !== all[i - 1]);

/** A time of which a film shows nothing, in milliseconds since 1970. */
export interface Cut {
  readonly from: number;
  readonly to: number;
}

/** The frames of an Application as it went in a cluster: one for each revision that was stored. */
export function filmed(
  history: readonly Stored[],
  { namespace, name, cuts = [] }: { readonly namespace: string; readonly name: string; readonly cuts?: readonly Cut[] },
): Frame[] {
  const replay = new Replay();
  return history.flatMap((stored) => {
    replay.take(stored);
    const app = replay.get("Application", namespace, name);
    const isShown =
      namespaceIn(stored.object) === namespace && !cuts.some(({ from, to }) => stored.at >= from && stored.at <= to);
    return app && isShown ? [frameAt(replay, app, namespace)] : [];
  });
}

function frameAt(replay: Replay, app: KubeObject, namespace: string): Frame {
  const derived = replay
    .in(namespace, "Deployment", "VirtualService", "DestinationRule", "ControllerRevision", "ComponentRollout")
    .filter((object) => labelOf(object, "app.oam.dev/name") === nameOf(app));
  const observed = { now: 0, settleSeconds: 0, app, objects: derived, ready: {}, ages: {} };
  return frameOf(observed, { at: 0, event: "", why: "" });
}
