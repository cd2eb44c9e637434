import { expect } from "chai";
import { asText, at } from "../../src/model/json.ts";
import { plan } from "../../src/rollout/plan.ts";
import { phaseOf, type Rig } from "./rig.ts";

/** At rest it is done, or it waits for somebody and says so. */
export function expectRest(rig: Rig): void {
  const why = rig.rest();
  const again = plan(rig.observe());
  expect([again.actions, again.wakeIn], rig.fault("is not at rest").message).to.deep.equal([[], undefined]);
  const record = rig.cluster.objects.get("ComponentRollout/default/web");
  const component = asText(at(record, "status", "phase")) ?? "Stable";
  const phase = phaseOf(rig);
  if (phase === "running") {
    expect(["Stable", "Waiting", "Pending"], rig.fault(component).message).to.include(component);
    return;
  }
  const phases = ["workflowSuspending", "workflowTerminated", "workflowFailed", "unhealthy"];
  expect(phases, rig.fault(phase).message).to.include(phase);
  expect(why, rig.fault(`${phase} ${component}`).message).to.match(
    /rollguard (?:resume|restart|rollback) shop|apply a fix/,
  );
}
