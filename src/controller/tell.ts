import type { Telling } from "../cluster/events.ts";
import { asText, at } from "../model/json.ts";
import type { KubeObject } from "../model/world.ts";
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
  const about = { regarding: app, note: action.event };
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

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
