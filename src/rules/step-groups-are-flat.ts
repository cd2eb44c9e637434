import type { Step } from "../model/application.ts";
import { asList, join, own } from "../model/json.ts";
import { stepTypes } from "../model/vocabulary.ts";
import { type Finding, rule } from "./rule.ts";

export default rule({
  id: "step-groups-are-flat",
  codes: ["W09"],
  action: "Deny",
  about: "spec",
  invariant: "Only a step-group has sub-steps, at least one, and none of them is a group.",
  because: "Deeper nesting is not run.",
  reads: [],
  *check({ app }) {
    for (const step of app.workflow.steps) {
      const field = join(step.path, "subSteps");
      const listed = own(step.raw, "subSteps") ?? [];
      if (step.type === "step-group" && Array.isArray(listed) && listed.length === 0)
        yield { field, message: "the group is empty, must have at least one sub-step", from: [field] };
      if (step.type !== "step-group" && Object.hasOwn(stepTypes, step.type) && asList(listed).length > 0)
        yield { field, message: `a ${step.type} step has sub-steps, only a step-group can have them` };
      for (const sub of step.subSteps) yield* judgeNested(sub);
    }
  },
});

function* judgeNested(sub: Step): Generator<Finding> {
  if (sub.type === "step-group")
    yield { field: join(sub.path, "type"), message: "a group is in a group, sub-steps must be single steps" };
  else if (own(sub.raw, "subSteps") !== undefined)
    yield { field: join(sub.path, "subSteps"), message: "a sub-step has sub-steps, only a step-group can have them" };
}
