import type { Telling } from "../cluster/event.ts";
import { asText, at, own } from "../model/json.ts";
import type { KubeObject } from "../model/world.ts";
import type { Trouble } from "../rollout/conditions.ts";
import type { Action } from "../rollout/observed.ts";

/** What an Event says in one word, by the kind that was written. */
const reasons: Readonly<Record<string, string>> = {
  ControllerRevision: "RevisionRecorded",
  ApplicationRevision: "RevisionRecorded",
  Deployment: "Scaled",
  VirtualService: "TrafficShifted",
  DestinationRule: "SubsetsChanged",
};

/** The Event about a write that was done. */
export function tellingOf(app: KubeObject, action: Action): Telling {
  const about = { regarding: app, note: action.event, episode: episodeOf(app, action) };
  if (action.do === "write-status") {
    const phase = asText(action.status["status"]) ?? "";
    const isBad = phase === "workflowFailed" || phase === "unhealthy";
    return { ...about, type: isBad ? "Warning" : "Normal", reason: capital(phase), action: "Reconcile" };
  }
  const kind = String(action.object["kind"]);
  if (action.do === "remove") return { ...about, type: "Normal", reason: "Removed", action: `Remove${kind}` };
  if (kind === "ComponentRollout") {
    const phase = asText(at(action.object, "status", "phase")) ?? "";
    const isBad = phase === "Failed" || phase === "Stalled";
    return { ...about, type: isBad ? "Warning" : "Normal", reason: `Rollout${phase}`, action: "Rollout" };
  }
  return { ...about, type: "Normal", reason: reasons[kind] ?? "Applied", action: `Apply${kind}` };
}

/** The Event about a write that is not done. */
export const troubleOf = (app: KubeObject, { type, message }: Trouble): Telling => ({
  regarding: app,
  type: "Warning",
  reason: type,
  action: "Reconcile",
  note: message,
});

/** A run of the workflow of one spec, which is not counted together with the next one. */
function episodeOf(app: KubeObject, action: Action): string {
  const status = action.do === "write-status" ? action.status : own(app, "status");
  return [at(app, "metadata", "generation"), at(status, "workflow", "startTime")].map((part) => part ?? "").join(" ");
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
