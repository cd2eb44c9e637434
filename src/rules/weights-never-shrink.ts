import { routedSteps } from "../model/routed.ts";
import { servingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "weights-never-shrink",
  codes: ["C12"],
  action: "Warn",
  about: "spec",
  invariant: "The weights of the new revision do not go down from step to step.",
  because: "Traffic that goes back and forth is seldom meant.",
  reads: standingReads,
  asWritten: true,
  *check(change, world) {
    const latest = new Map<string, number>();
    for (const { path, step, component, standing, desiredWeight } of routedSteps(change, world)) {
      const serving = servingOf(standing);
      if (desiredWeight === undefined || serving === undefined || standing.desired === serving) continue;
      const before = latest.get(component.name) ?? 0;
      if (desiredWeight < before) {
        yield {
          field: `${path}.traffic.weightedTargets`,
          message: `${step.name}: ${standing.desired} goes back from ${before}% to ${desiredWeight}%`,
        };
      }
      latest.set(component.name, desiredWeight);
    }
  },
});
