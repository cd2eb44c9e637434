import { rolloutOf } from "../model/application.ts";
import { planPlaces, revisionPlaces } from "../model/places.ts";
import { routedSteps } from "../model/routed.ts";
import { standingReads } from "../model/standing.ts";
import { rollbackSteps, stepsOnSuccess } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "workflow-finishes-the-rollout",
  codes: ["C13"],
  action: "Warn",
  about: "spec",
  invariant: "The last canary step of a component runs the last batch with all traffic.",
  because: "The rollout would stay halfway.",
  reads: standingReads,
  asWritten: true,
  *check(change, world) {
    const running = stepsOnSuccess(change.app);
    const steps = routedSteps(change, world).filter(({ step }) => running.includes(step));
    const last = new Map(steps.map((step) => [step.component, step]));
    // One that is taken back in the end is not to be finished.
    for (const { component, step } of rollbackSteps(change.app))
      if (component && running.includes(step)) last.delete(component);
    for (const [component, { path, batchPartition, standing, desiredWeight, hasCourse }] of last) {
      const { batches } = rolloutOf(component) ?? {};
      if (!batches || batchPartition === undefined || batchPartition >= batches.length - 1) continue;
      if (!hasCourse || standing.desired === standing.stable || desiredWeight === undefined) continue;
      yield {
        field: `${path}.batchPartition`,
        message: `${component.name}: the rollout will stay at batch ${batchPartition} of 0..${batches.length - 1} and ${desiredWeight}%`,
        from: [planPlaces(component), revisionPlaces(component)],
      };
    }
  },
});
