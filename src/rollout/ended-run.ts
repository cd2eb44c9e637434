import { asText, at, equal, type Json, type JsonObject, own } from "../model/json.ts";
import { readWorkflowStatus } from "../model/status.ts";
import { type KubeObject, nameOf } from "../model/world.ts";
import { publishedAs, revisionNumber } from "./app-revision.ts";
import { find, ofKind } from "./observed.ts";

/** An ApplicationRevision, and the status that it is to have. */
export interface EndedRun {
  readonly revision: KubeObject;
  readonly status: JsonObject;
}

/**
 * What the stored status of an Application says about a run that has ended, where its ApplicationRevision does not say it
 * yet: `vela revision list` shows it, and `vela workflow rollback` goes back to the latest one that succeeded, and puts
 * this workflow into the status again (kubevela/kubevela: pkg/controller/.../application/revision.go). It is read before
 * anything is planned, since the first step of a new spec drops it.
 */
export function endedRun(app: KubeObject, objects: readonly KubeObject[]): EndedRun | undefined {
  const workflow = readWorkflowStatus(app);
  const name = asText(at(app, "status", "latestRevision", "name"));
  const revision = find(objects, "ApplicationRevision", name ?? "");
  if (!workflow?.finished || !revision || workflow.appRevision !== (publishedAs(revision) || name)) return undefined;
  const status = { succeeded: workflow.status === "succeeded", workflow: workflow as unknown as Json };
  const before = own(revision, "status");
  const known = readWorkflowStatus({ status: before ?? null });
  const isTold = own(before, "succeeded") === status.succeeded && equal(known as unknown as Json, status.workflow);
  return isTold ? undefined : { revision, status };
}

/** The newest of the published ApplicationRevisions whose workflow succeeded: the one that `vela workflow rollback` takes. */
export const lastSucceeded = (objects: readonly KubeObject[]): string | undefined =>
  ofKind("ApplicationRevision", objects)
    .filter((revision) => at(revision, "status", "succeeded") === true && Boolean(publishedAs(revision)))
    .sort((a, b) => revisionNumber(b) - revisionNumber(a))
    .map(nameOf)[0];
