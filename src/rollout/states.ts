import { readApplication } from "../model/application.ts";
import { asObject, type Json, type JsonObject, own } from "../model/json.ts";
import { readWorkflowStatus, type WorkflowStatus } from "../model/status.ts";
import { type Command, command, commandNames } from "./commands.ts";
import { runWorkflow } from "./engine.ts";
import { type SampleWorkflow, sampleWorkflows } from "./state-samples.ts";
import { suspend } from "./steps/suspend.ts";
import type { Outcome } from "./turn.ts";
import { flat } from "./workflow-steps.ts";

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
const sample = (workflow: SampleWorkflow): JsonObject => ({
  metadata: { name: "app" },
  spec: { components: [], workflow: workflow as unknown as Json },
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

const after = (object: JsonObject, phase: Phase): JsonObject => ({
  ...object,
  status: { ...asObject(own(object, "status")), workflow: turn(object, phase) as unknown as Json },
});

const commanded = (name: Command, object: JsonObject): JsonObject => {
  const result = command(name, object);
  return "object" in result ? result.object : object;
};

/** A sample of every state that a workflow can be in. */
export function workflowStates(): Readonly<Record<string, JsonObject>> {
  const { plain, timed, limited, undone, grouped, parallel } = sampleWorkflows;
  const executing = after(sample(plain), "running");
  const suspended = after(executing, "succeeded");
  const forAWhile = after(sample(timed), "succeeded");
  const resumed = after(commanded("resume", suspended), "running");
  return {
    "not started": sample(plain),
    executing,
    "executing, with a step that asks for the timeout": after(sample(undone), "running"),
    "executing in a group": after(sample(grouped), "running"),
    "suspended at a step": suspended,
    "suspended at a step for 30m": forAWhile,
    "suspended so, and by a person": commanded("suspend", forAWhile),
    "suspended at a step with a timeout": after(sample(limited), "succeeded"),
    "suspended in a group": after(after(sample(grouped), "succeeded"), "succeeded"),
    "suspended beside a step that runs": after(sample(parallel), "running"),
    "suspended by a person": after(commanded("suspend", executing), "running"),
    terminated: after(commanded("terminate", executing), "running"),
    failed: after(executing, "failed"),
    succeeded: after(resumed, "succeeded"),
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

/** Steps that only hold others are not told. */
function tell({ status, steps: statuses }: WorkflowStatus): string {
  const open = flat(statuses).filter(
    ({ phase, subSteps }) => !subSteps && (phase === "running" || phase === "suspending"),
  );
  return open.length === 0 ? status : `${status} at ${open.map(({ name }) => name).join(", ")}`;
}
