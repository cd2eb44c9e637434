import { restartsWorkflow } from "../model/change.ts";
import { quote } from "../model/shape.ts";
import { readWorkflowStatus, type WorkflowStatus } from "../model/status.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "waiting-workflow-is-kept",
  codes: ["W15"],
  action: "Warn",
  foretells: true,
  about: "spec",
  invariant: "A change does not discard a workflow that runs or waits.",
  because: "It starts anew with the new spec.",
  reads: [],
  *check(change) {
    const { before } = change;
    const workflow = before && readWorkflowStatus(before.raw);
    if (!workflow || hasEnded(workflow) || !restartsWorkflow(change)) return;
    // Without a workflow of its own an Application is only deployed, and nobody is asked for anything.
    if (before.workflow.steps.length === 0) return;
    const phase = workflow.suspend ? "suspending" : "running";
    const steps = workflow.steps.flatMap((step) => [...(step.subSteps ?? []), step]);
    const step = steps.find((candidate) => candidate.phase === phase);
    const place = step ? ` at ${quote(step.name)}` : "";
    yield {
      field: "spec.workflow",
      message: `the workflow is ${workflow.suspend ? "suspended" : "running"}${place} and will be discarded`,
    };
  },
});

const hasEnded = ({ finished, terminated, status }: WorkflowStatus): boolean =>
  finished || terminated || status === "succeeded" || status === "failed" || status === "terminated";
