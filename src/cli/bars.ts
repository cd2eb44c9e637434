import type { RevisionFrame } from "../simulate/frame.ts";

const barLength = 10;
const mostPods = 10;

/** Without colour, to measure with. */
export const plain = { green: (text: string) => text, cyan: (text: string) => text };

/** `●●○ ███████░░░  70%`: pods that are ready and not, and the share of the traffic. */
export function slotText(state: RevisionFrame | undefined, podsWidth: number, { green, cyan }: typeof plain): string {
  if (!state) return "";
  const share = state.weight === undefined ? [] : [cyan(bar(state.weight)), `${state.weight}%`.padStart(4)];
  return [green(podsBar(state).padEnd(podsWidth)), ...share].join(" ");
}

export const podsBar = ({ replicas, ready }: Pick<RevisionFrame, "replicas" | "ready">): string =>
  replicas > mostPods
    ? `${ready}/${replicas}`
    : `${"●".repeat(Math.min(ready, replicas))}${"○".repeat(Math.max(0, replicas - ready))}`;

function bar(weight: number): string {
  const full = Math.round((weight * barLength) / 100);
  const shown = weight > 0 ? Math.max(1, full) : 0;
  return "█".repeat(shown) + "░".repeat(barLength - shown);
}
