import type { ApplicationView, ComponentView } from "../rollout/view.ts";
import { printable } from "./print.ts";

/** All that changes of an Application in one line; two states that look alike have equal lines. */
export function changeLine({ phase, step, why, components }: ApplicationView): string {
  const at = step === "" ? phase : `${phase} at ${step}`;
  const parts = [at, ...components.flatMap(componentText), why].filter((part) => part !== "");
  return printable(parts.join("  ")).replaceAll("\n", " ");
}

/** A plain component is only spoken of when it is not well. */
function componentText({ name, phase, message, batches, batch, revisions }: ComponentView): string[] {
  if (batches === undefined) return phase === "Healthy" ? [] : [`${name} ${phase}: ${message}`];
  const shares = revisions.map(({ name: revision, ready, replicas, weight }) =>
    [revision, `${ready}/${replicas}`, ...(weight === undefined ? [] : [`${weight}%`])].join(" "),
  );
  return [`${name} ${phase} ${batch ?? 0}/${batches}: ${shares.join(", ") || "no pods"}`];
}
