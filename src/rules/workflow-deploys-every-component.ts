import { asText, join, own } from "../model/json.ts";
import { stepTypes } from "../model/vocabulary.ts";
import { allSteps, stepsOnSuccess } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "workflow-deploys-every-component",
  codes: ["W14"],
  action: "Warn",
  about: "spec",
  invariant: "The workflow deploys every component.",
  because: "A component that no step applies is never deployed.",
  reads: [],
  *check({ app }) {
    const steps = stepsOnSuccess(app);
    if (allSteps(app).length === 0 || steps.some(({ type }) => appliesTheRest(type))) return;
    const applied = new Set(steps.map((step) => asText(own(step.properties, "component"))));
    for (const { name, path } of app.components) {
      if (applied.has(name)) continue;
      yield { field: join(path, "name"), message: `${name}: no step applies it, it is not deployed` };
    }
  },
});

/** A canary step applies all other components too (kubevela/catalog: canary-rollout); of an unknown type nothing is known. */
const appliesTheRest = (type: string): boolean =>
  type === "canary-rollout" || type === "canary-rollback" || !Object.hasOwn(stepTypes, type);
