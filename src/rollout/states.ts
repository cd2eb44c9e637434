import { readApplication } from "../model/application.ts";
import type { Json, JsonObject } from "../model/json.ts";
import { readWorkflowStatus, type WorkflowStatus } from "../model/status.ts";
import { type Command, command, commandNames } from "./commands.ts";
import { runWorkflow } from "./engine.ts";
import { suspend } from "./steps/suspend.ts";
import type { Outcome } from "./turn.ts";

/** What can happen to a workflow. */
export const workflowEvents = [
  ...commandNames,
  "new spec",
  "same spec",
  "step succeeds",
  "step fails",
  "timeout",
] as const;
type WorkflowEvent = (typeof workflowEvents)[number];

const start = 1767225600;
const stepsOf = (duration: string | undefined): readonly JsonObject[] => [
  { name: "first", type: "canary-rollout", timeout: "1h" },
  { name: "approval", type: "suspend", ...(duration === undefined ? {} : { properties: { duration } }) },
  { name: "rest", type: "canary-rollout", timeout: "1h" },
];
const sample = (status?: JsonObject, duration?: string): JsonObject => ({
  metadata: { name: "app" },
  spec: { components: [], workflow: { steps: stepsOf(duration) } },
  ...(status ? { status } : {}),
});

type Phase = Outcome["phase"];

/** One turn of the sample's workflow, with what its rollout steps come to. */
function turn(object: JsonObject, phase: Phase, now = start, appRevision = "app-v1"): WorkflowStatus {
  return runWorkflow(readApplication(object), readWorkflowStatus(object), {
    now,
    appRevision,
    advance: (step, status) =>
      step.type === "suspend"
        ? suspend.advance(step, status, { app: readApplication(object), canaries: [], healthOf: () => undefined })
        : { phase },
  }).status;
}

const stored = (workflow: WorkflowStatus, duration?: string): JsonObject =>
  sample({ workflow: workflow as unknown as Json }, duration);

const commanded = (name: Command, object: JsonObject): JsonObject => {
  const result = command(name, object);
  return "object" in result ? result.object : object;
};

/** A sample of every state that a workflow can be in. */
export function workflowStates(): Readonly<Record<string, JsonObject>> {
  const executing = stored(turn(sample(), "running"));
  const suspended = stored(turn(executing, "succeeded"));
  const timed = stored(turn(sample(undefined, "30m"), "succeeded"), "30m");
  const resumed = stored(turn(commanded("resume", suspended), "running"));
  return {
    "not started": sample(),
    executing,
    "suspended at a step": suspended,
    "suspended at a step for 30m": timed,
    "suspended so, and by a person": commanded("suspend", timed),
    "suspended by a person": stored(turn(commanded("suspend", executing), "running")),
    terminated: stored(turn(commanded("terminate", executing), "running")),
    failed: stored(turn(executing, "failed")),
    succeeded: stored(turn(resumed, "succeeded")),
  };
}

/** What an event makes of a workflow in a state: the state after it, with the step that runs or waits, or why it is refused. */
export function afterEvent(object: JsonObject, event: WorkflowEvent): string {
  const isCommand = (name: string): name is Command => (commandNames as readonly string[]).includes(name);
  if (isCommand(event)) {
    const result = command(event, object);
    return "refusal" in result ? `refused: ${result.refusal}` : tell(turn(result.object, "running"));
  }
  if (event === "new spec") return tell(turn(object, "running", start, "app-v2"));
  if (event === "timeout") return tell(turn(object, "running", start + 3600));
  const phases: Readonly<Record<string, Phase>> = { "step succeeds": "succeeded", "step fails": "failed" };
  return tell(turn(object, phases[event] ?? "running"));
}

function tell({ status, steps: statuses }: WorkflowStatus): string {
  const open = statuses.find((step) => step.phase === "running" || step.phase === "suspending");
  return open ? `${status} at ${open.name}` : status;
}
