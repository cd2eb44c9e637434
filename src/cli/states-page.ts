import { afterEvent, workflowEvents, workflowStates } from "../rollout/states.ts";
import { afterRolloutEvent, rolloutEvents } from "../simulate/state-events.ts";

/** Every state of a workflow and every event, each cell computed by the code that runs in a cluster. */
export function statesPage(generated: string): string {
  const states = Object.entries(workflowStates());
  return [
    "# States of a workflow",
    generated,
    "The samples have the steps `first` (canary-rollout, batch 0 at 10 %, with a timeout of an hour), `approval` (suspend) and `rest` (canary-rollout, all). *In a group*: `first` and `approval` are in a group with a timeout of an hour. *Beside a step that runs*: `first` and `approval` do not wait for each other (DAG). *With a step that asks for the timeout*: there is a last step `undo` (canary-rollback, `if: status.first.timeout`).",
    "Each cell is what the event in its column makes of the workflow in the state of its row; *timeout* is an hour that passes. Commands are refused in the words of the vela CLI.",
    table(
      ["state", ...workflowEvents],
      states.map(([state, object]) => [`**${state}**`, ...workflowEvents.map((event) => afterEvent(object, event))]),
    ),
    "The same states with pods: `web` has two of them in two batches and is on its way from `web-v1` to `web-v2`. Each cell is ready and wanted pods and weights at once, then when nothing happens by itself any more, and the phase of the Application; a pod that crashed is replaced within a second.",
    table(
      ["state", ...rolloutEvents],
      states.map(([state]) => [`**${state}**`, ...rolloutEvents.map((event) => afterRolloutEvent(state, event))]),
    ),
    "What becomes of pods and weights:",
    [
      "- **executing**: the running step moves them. A crash of canary pods takes their weight away at once, in every state.",
      "- **suspended at a step**: no further step begins that waits for it. What those ask for that have begun is brought about still, and put back where somebody changes it. One with a duration ends by itself, unless a person says `suspend` while it waits: then it waits for `resume`. (`vela workflow suspend` writes nothing there that could be seen, so it does not stop the clock; `rollguard suspend` does.)",
      "- **suspended by a person**: the batch that was begun gets its pods; no further batch begins and no weight moves. No timeout is looked at meanwhile; one that is over by then fails its step at `resume`.",
      "- **timeout**: counts from when the step began, also while it is suspended, and fails it and all that is open in it, for the reason Timeout. Steps that depend on nothing that failed go on, those that ask for it (`if: status.STEP.timeout`, `if: always`) run, the others are skipped; then the workflow has failed. A component whose step has failed stays as it is meanwhile.",
      "- **skipped**: a step that is skipped takes its sub-steps with it, and the steps that depend on one of them.",
      "- **terminated** and **failed**: everything stays as it is, but for the weight of dead canary pods. `rollguard.dev/on-failure: rollback` takes a failed rollout back by itself, whichever step failed or timed out.",
      "- **restart**: the steps run anew from the actual state; pods never step back, weights follow the running step, every suspend waits again, and a revision that failed is tried again.",
      "- **new spec**: the workflow is dropped and the new one begins from the actual state; the stable revision first grows to what it needs.",
      "- **rollback**: a new spec that pins the stable revision and has no workflow; where there is a `publishVersion`, with a new one, since it would take no effect otherwise.",
      "- **deleted**: the objects go with their owner; nothing of ours holds the deletion up.",
    ].join("\n"),
  ].join("\n\n");
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
