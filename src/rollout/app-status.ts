import type { Application } from "../model/application.ts";
import { asInteger, asObject, at, equal, type Json, type JsonObject, own } from "../model/json.ts";
import type { ApplicationPhase, WorkflowStatus } from "../model/status.ts";
import type { AppRevision } from "./app-revision.ts";
import { conditionOf } from "./conditions.ts";
import type { ComponentHealth } from "./health.ts";

/** What the status of an Application is made of. */
export interface Findings {
  readonly now: number;
  readonly revision: AppRevision;
  readonly workflow: WorkflowStatus;
  readonly services: readonly ComponentHealth[];
  readonly why: string;
}

/**
 * The status of an Application in KubeVela's contract, which the vela CLI reads. Nothing of our own is in it: the CLI
 * rewrites what it does not know.
 */
export function applicationStatus(app: Application, { now, revision, workflow, services, why }: Findings): JsonObject {
  // `vela workflow rollback` notes them from a ResourceTracker, and nobody keeps them up to date.
  const { appliedResources: _noted, ...before } = asObject(own(app.raw, "status"));
  const phase = phaseOf(workflow, services);
  return {
    ...before,
    status: phase,
    observedGeneration: asInteger(at(app.raw, "metadata", "generation")) ?? 1,
    conditions: [readyOf(before, phase, why, now)],
    latestRevision: { name: revision.name, revision: revision.number, revisionHash: revision.hash },
    services: services.map((health) => service(health, app.namespace)),
    workflow: workflow as unknown as Json,
  };
}

export function phaseOf(workflow: WorkflowStatus, services: readonly ComponentHealth[]): ApplicationPhase {
  if (workflow.status === "suspending") return "workflowSuspending";
  if (workflow.status === "terminated") return "workflowTerminated";
  if (workflow.status === "failed") return "workflowFailed";
  if (workflow.status !== "succeeded") return "runningWorkflow";
  return services.every(({ healthy }) => healthy) ? "running" : "unhealthy";
}

const service = (health: ComponentHealth, namespace: string): JsonObject => ({
  name: health.component,
  namespace,
  workloadDefinition: { apiVersion: health.apiVersion, kind: health.kind },
  healthy: health.healthy,
  message: health.message,
  // None has a health of its own; without them `vela status` says that there are none.
  traits: health.traits.map((type) => ({ type, healthy: true })),
});

function readyOf(before: JsonObject, phase: ApplicationPhase, why: string, now: number): JsonObject {
  const status = phase === "running" ? "True" : "False";
  const reason = `${phase[0]?.toUpperCase() ?? ""}${phase.slice(1)}`;
  return conditionOf(before, { type: "Ready", status, reason, message: why }, now);
}

export const differs = (a: Json | undefined, b: Json | undefined): boolean => !equal(a, b);
