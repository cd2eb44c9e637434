import { colour, printable } from "./print.ts";

const bad = /Failed|Stalled|Unhealthy|unhealthy|BackOff|Err|Error|deleting|workflowTerminated/;
const waits = /Suspending|Waiting|Pending|NotReady|Returning|Terminating|starting|Creating/;
const moves = /Rolling|runningWorkflow/;

/** The phase of an Application, a component or a pod: red asks for a person, yellow waits, cyan moves, green is well. */
export function phaseColour(phase: string): string {
  const text = printable(phase);
  if (bad.test(text)) return colour.red(text);
  if (waits.test(text)) return colour.yellow(text);
  return moves.test(text) ? colour.cyan(text) : colour.green(text);
}
