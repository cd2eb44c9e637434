import { type Application, canaryComponents } from "../model/application.ts";
import { join } from "../model/json.ts";
import { canaryPlaces, revisionPlaces } from "../model/places.ts";
import { mistakes, quote } from "../model/shape.ts";
import { spelledList } from "../model/spelled.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { stepTypes } from "../model/vocabulary.ts";
import { allSteps, rollbackSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "rollback-version-exists",
  codes: ["C19"],
  action: "Deny",
  about: "spec",
  invariant: "A canary-rollback step names an existing revision.",
  because: "There would be nothing to roll back to.",
  reads: standingReads,
  *check(change, world) {
    yield* misspelt(change.app);
    for (const { path, revision, component } of rollbackSteps(change.app)) {
      if (!component || !canaryComponents(change.app).includes(component)) {
        yield {
          field: path,
          message: `${quote(revision)} is no revision of a component with a rollout trait, an existing one is required`,
          from: canaryPlaces(change.app),
        };
        continue;
      }
      const { known } = standingOf(component, change, world);
      if (known.includes(revision)) continue;
      const choice = known.length === 0 ? "there is none yet" : `known are ${spelledList(known)}`;
      const message = `revision ${quote(revision)} does not exist, ${choice}`;
      yield { field: path, message, from: revisionPlaces(component) };
    }
  },
});

/** A rollback step whose properties do not have their types. */
function* misspelt(app: Application) {
  const shape = stepTypes["canary-rollback"];
  for (const step of allSteps(app)) {
    if (step.type !== "canary-rollback" || !shape) continue;
    for (const mistake of mistakes(shape, step.properties, join(step.path, "properties")))
      if (mistake.kind !== "unknown") yield mistake;
  }
}
