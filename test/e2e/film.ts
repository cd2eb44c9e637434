import { type KubeObject, labelOf, nameOf } from "../../src/model/world.ts";
import { type Frame, frameOf } from "../../src/simulate/frame.ts";
import { namespaceIn, Replay, type Stored } from "./replay.ts";

/**
 * `at once`: steps of several components run at the same time. Which of those a frame names depends on who is faster, on paper and
 * in a cluster alike, so it is not told.
 */
export type Order = "in turn" | "at once";

/** What a frame tells of a component, in one line: step, phases, batch, replicas and weights. Pods by themselves are no part. */
function lineOf({ step, phase, components }: Frame, name: string, order: Order): string {
  const component = components[name];
  if (!component) return "no rollout";
  const { phase: own, batch, revisions } = component;
  const shares = Object.entries(revisions).map(
    ([revision, { replicas, weight }]) => `${revision} x${replicas}${weight === undefined ? "" : ` ${weight}%`}`,
  );
  return `${[phase, ...(order === "in turn" ? [step || "-"] : [])].join(" ")} | ${own} batch ${batch} | ${shares.join(", ")}`;
}

/** What is seen to happen to each component, repetitions removed; how those of several interleave is no part. */
export function seenIn(
  frames: readonly Frame[],
  order: Order = "in turn",
): Readonly<Record<string, readonly string[]>> {
  const names = new Set(frames.flatMap(({ components }) => Object.keys(components)));
  const seen = [...names].sort().map((name) => {
    const lines = frames.map((frame) => lineOf(frame, name, order));
    return [name, lines.filter((line, i) => line !== lines[i - 1])] as const;
  });
  return Object.fromEntries(seen);
}

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
