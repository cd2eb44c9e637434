import { asText, own } from "../../model/json.ts";
import type { StepType } from "./step.ts";

/** Waits for a person, or for its duration; the engine ends it. */
export const suspend: StepType = {
  type: "suspend",
  advance(step) {
    const duration = asText(own(step.properties, "duration"));
    const message = duration === undefined ? "Suspended by field suspend" : `Suspended for ${duration}`;
    return { phase: "suspending", reason: "Suspend", message };
  },
};
