import { asText, own } from "../../model/json.ts";
import { awaitsPerson, awaitsTime } from "../../model/status.ts";
import type { StepType } from "./step.ts";

/** Waits for a person, or for its duration; the engine ends it. */
export const suspend: StepType = {
  type: "suspend",
  advance(step) {
    const duration = asText(own(step.properties, "duration"));
    const message = duration === undefined ? awaitsPerson : awaitsTime(duration);
    return { phase: "suspending", reason: "Suspend", message };
  },
};
