import { type Application, traitOf } from "../model/application.ts";
import { canaryPlaces } from "../model/places.ts";
import { componentOfRevision } from "../model/revision.ts";
import { quote } from "../model/shape.ts";
import { canarySteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "step-routes-one-canary-component",
  codes: ["C05"],
  action: "Deny",
  about: "spec",
  invariant: "All revisions of a step belong to one component with a rollout trait.",
  because: "The step names no component, so they must tell it.",
  reads: [],
  *check({ app }) {
    for (const { path, targets, component } of canarySteps(app)) {
      if (component || targets.length === 0) continue;
      const strangers = targets.filter(({ revision }) => canaryOf(app, revision) === undefined);
      for (const { path: target, revision } of strangers) {
        yield {
          field: `${target}.revision`,
          message: `${quote(revision)} is no revision of a component with a rollout trait, one such as NAME-v2 is required`,
          from: canaryPlaces(app),
        };
      }
      const owners = [...new Set(targets.flatMap(({ revision }) => canaryOf(app, revision) ?? []))];
      if (owners.length < 2) continue;
      yield {
        field: `${path}.traffic.weightedTargets`,
        message: `revisions belong to ${owners.join(" and ")}, those of one component are required`,
        from: canaryPlaces(app),
      };
    }
  },
});

/** The name of the canary component that a revision belongs to. */
function canaryOf(app: Application, revision: string): string | undefined {
  const component = componentOfRevision(app, revision);
  return component && traitOf(component, "rollout") ? component.name : undefined;
}
