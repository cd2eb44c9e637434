import { readApplication } from "../model/application.ts";
import { asInteger, asList, asText, at, own } from "../model/json.ts";
import { currentStep, readWorkflowStatus } from "../model/status.ts";
import { parseTime } from "../model/time.ts";
import type { KubeObject } from "../model/world.ts";

/** What an Application says of itself. */
export interface Head {
  readonly namespace: string;
  readonly name: string;
  readonly phase: string;
  /** The step that runs or waits; empty where none does. */
  readonly step: string;
  /** What it waits for, until when, and what a person could do, in the words of the controller. */
  readonly why: string;
  readonly ageSeconds: number;
  /** Whether the controller has seen the spec as it is. */
  readonly isSeen: boolean;
}

export function headOf(app: KubeObject, now: number): Head {
  const { namespace, name } = readApplication(app);
  const generation = asInteger(at(app, "metadata", "generation")) ?? 1;
  const seen = asInteger(at(app, "status", "observedGeneration")) ?? 0;
  const isSeen = seen >= generation;
  const isDeleting = at(app, "metadata", "deletionTimestamp") !== undefined;
  return {
    namespace,
    name,
    phase: isDeleting ? "deleting" : (asText(at(app, "status", "status")) ?? "starting"),
    step: currentStep(readWorkflowStatus(app)?.steps ?? [])?.name ?? "",
    why: isSeen ? readyMessage(app) : unseen(generation, seen),
    ageSeconds: Math.max(0, now - (parseTime(asText(at(app, "metadata", "creationTimestamp")) ?? "") ?? now)),
    isSeen,
  };
}

const readyMessage = (app: KubeObject): string =>
  asText(
    own(
      asList(at(app, "status", "conditions")).find((condition) => own(condition, "type") === "Ready"),
      "message",
    ),
  ) ?? "";

const unseen = (generation: number, seen: number): string =>
  seen === 0
    ? "no controller has seen it yet: does rollguard serve run?"
    : `the controller has not seen generation ${generation} yet (it has ${seen}): does rollguard serve run?`;
