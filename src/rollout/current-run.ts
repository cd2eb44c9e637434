import type { Application } from "../model/application.ts";
import { readWorkflowStatus, type WorkflowStatus } from "../model/status.ts";
import { parseTime } from "../model/time.ts";
import { appRevisionOf } from "./app-revision.ts";
import { type Observed, ofKind } from "./observed.ts";

/** The run of the workflow that belongs to the spec in force; undefined where a new spec, or a restart, is yet to begin its own. */
export function currentRun(app: Application, { objects }: Pick<Observed, "objects">): WorkflowStatus | undefined {
  const workflow = readWorkflowStatus(app.raw);
  const recorded = ofKind("ApplicationRevision", objects);
  return workflow?.appRevision === appRevisionOf(app, recorded).run ? workflow : undefined;
}

/** Seconds since that run began: what it waits for gets its progress deadline anew. */
export function runSeconds(app: Application, observed: Pick<Observed, "objects" | "now">): number {
  const run = currentRun(app, observed);
  return run === undefined ? 0 : observed.now - (parseTime(run.startTime) ?? 0);
}
