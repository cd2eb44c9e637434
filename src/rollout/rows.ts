import { canaryComponents, readApplication } from "../model/application.ts";
import { asInteger, asText, own } from "../model/json.ts";
import type { KubeObject } from "../model/world.ts";
import { type Head, headOf } from "./head.ts";
import { find } from "./observed.ts";

/** The rows of a table of rollouts: one for each canary component, or one without where there is none. */
export interface RolloutRow extends Head {
  readonly component?: string;
  readonly stable?: string;
  readonly target?: string;
  readonly batch?: string;
  readonly weight?: number;
}

export function rowsOf(app: KubeObject, records: readonly KubeObject[], now: number): readonly RolloutRow[] {
  const head = headOf(app, now);
  const components = canaryComponents(readApplication(app));
  if (components.length === 0) return [head];
  return components.map(({ name }) => {
    const status = own(find(records, "ComponentRollout", name), "status");
    const batches = asInteger(own(status, "batches"));
    const texts = ["stable", "target"].flatMap((key) => {
      const text = asText(own(status, key));
      return text === undefined ? [] : [[key, text] as const];
    });
    const weight = asInteger(own(status, "weight"));
    return {
      ...head,
      component: name,
      ...Object.fromEntries(texts),
      ...(batches === undefined ? {} : { batch: `${(asInteger(own(status, "batch")) ?? -1) + 1}/${batches}` }),
      ...(weight === undefined ? {} : { weight }),
    };
  });
}
