import type { CanaryComponent } from "./component.ts";
import { noProgress } from "./deadline.ts";
import { decide } from "./decide.ts";
import type { Goal, Situation } from "./situation.ts";
import type { Outcome } from "./turn.ts";

/** What a step that wants a component at a goal came to. Only pods of the revision that it rolls can fail it. */
export function progressTo(situation: Situation, goal: Goal): Outcome {
  const { move, phase } = decide(situation, goal);
  if (phase === "Reached" || phase === "Complete") return { phase: "succeeded" };
  if (move?.kind !== "wait") return { phase: "running", reason: "Wait" };
  if (move.on === "stuck" && move.revision === situation.target)
    return { phase: "failed", reason: "FailedAfterRetries", message: noProgress(move.text) };
  return {
    phase: "running",
    reason: "Wait",
    message: move.text,
    ...(move.seconds === undefined ? {} : { wakeIn: move.seconds }),
  };
}

/** A rollout that goes back by itself has failed, also where the controller died before it said so. */
export function failure({ component, failed, returnsFrom }: CanaryComponent): Outcome | undefined {
  if (returnsFrom === undefined) return undefined;
  const what = failed === returnsFrom ? `${failed} goes back` : `${component.name} goes back with ${returnsFrom}`;
  return { phase: "failed", reason: "FailedAfterRetries", message: noProgress(what) };
}
