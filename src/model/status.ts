import { asFlag, asList, asText, type Json, type JsonObject, own } from "./json.ts";
import { remembered } from "./remembered.ts";

/** Phases of a step and of a workflow (kubevela/workflow: api/v1alpha1/types.go). */
export type StepPhase = "pending" | "running" | "suspending" | "succeeded" | "failed" | "skipped";
export type WorkflowPhase = "initializing" | "executing" | "suspending" | "terminated" | "failed" | "succeeded";
/** Phases of an Application (kubevela/kubevela: apis/core.oam.dev/common/types.go). */
export type ApplicationPhase =
  | "starting"
  | "runningWorkflow"
  | "workflowSuspending"
  | "workflowTerminated"
  | "workflowFailed"
  | "running"
  | "unhealthy"
  | "deleting";

/** What a suspend step says that waits for a person (kubevela/workflow: pkg/tasks/builtin/suspend.go). */
export const awaitsPerson = "Suspended by field suspend";

/** What one says that ends by itself. */
export const awaitsTime = (duration: string): string => `Suspended for ${duration}`;

export interface StepStatus {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly phase: StepPhase;
  readonly reason?: string;
  readonly message?: string;
  /** RFC 3339 times. */
  readonly firstExecuteTime?: string;
  readonly lastExecuteTime?: string;
  readonly subSteps?: readonly StepStatus[];
}

export interface WorkflowStatus {
  readonly appRevision: string;
  /** `<mode of steps>-<mode of sub-steps>`. */
  readonly mode: string;
  readonly status: WorkflowPhase;
  readonly suspend: boolean;
  readonly terminated: boolean;
  readonly finished: boolean;
  readonly message?: string;
  readonly startTime: string;
  readonly endTime?: string;
  readonly steps: readonly StepStatus[];
}

/** The workflow status of an Application, as far as it is one; the CLI may have rewritten it as a whole. */
export const readWorkflowStatus = remembered((app: JsonObject): WorkflowStatus | undefined => {
  const workflow = own(own(app, "status"), "workflow");
  const appRevision = asText(own(workflow, "appRevision"));
  if (appRevision === undefined) return undefined;
  const message = asText(own(workflow, "message"));
  const endTime = asText(own(workflow, "endTime"));
  return {
    appRevision,
    mode: asText(own(workflow, "mode")) ?? "",
    status: (asText(own(workflow, "status")) ?? "initializing") as WorkflowPhase,
    suspend: asFlag(own(workflow, "suspend")) ?? false,
    terminated: asFlag(own(workflow, "terminated")) ?? false,
    finished: asFlag(own(workflow, "finished")) ?? false,
    ...(message === undefined ? {} : { message }),
    startTime: asText(own(workflow, "startTime")) ?? "",
    ...(endTime === undefined ? {} : { endTime }),
    steps: asList(own(workflow, "steps")).flatMap(readStep),
  };
});

function readStep(step: Json): StepStatus[] {
  const name = asText(own(step, "name"));
  if (name === undefined) return [];
  const optional = ["reason", "message", "firstExecuteTime", "lastExecuteTime"].flatMap((key) => {
    const value = asText(own(step, key));
    return value === undefined ? [] : [[key, value]];
  });
  const subSteps = asList(own(step, "subSteps")).flatMap(readStep);
  return [
    {
      id: asText(own(step, "id")) ?? name,
      name,
      type: asText(own(step, "type")) ?? "",
      phase: (asText(own(step, "phase")) ?? "pending") as StepPhase,
      ...Object.fromEntries(optional),
      ...(subSteps.length > 0 ? { subSteps } : {}),
    },
  ];
}

export const isEnded = (step: StepStatus | undefined): boolean =>
  step !== undefined && (step.phase === "succeeded" || step.phase === "failed" || step.phase === "skipped");

/** The step, or sub-step, that waits, or where none does, the one that runs. */
export function currentStep(steps: readonly StepStatus[]): StepStatus | undefined {
  const open = steps.find(({ phase }) => phase === "suspending") ?? steps.find(({ phase }) => phase === "running");
  return (open?.subSteps && currentStep(open.subSteps)) ?? open;
}
