import { expect } from "chai";
import { asList, asText, at, own } from "../../src/model/json.ts";
import { parseTime } from "../../src/model/time.ts";
import { deadlineIn, impatient } from "../../src/rollout/deadline.ts";
import { Scene } from "./scene.ts";
import { onStand } from "./stand.ts";

const namespace = "deadline";

describe("the deadline of pods that never become ready", function () {
  this.timeout(120_000);
  const stand = onStand("3s", [namespace]);

  /** Nobody waits ten minutes for it here: what the Deployment controller says is real, and the time is told. */
  it("ends also in the second batch, where Kubernetes watches its own no more", async () => {
    const scene = new Scene(stand, namespace);
    await scene.begin();
    await scene.canary();
    await scene.untilPause();
    await stand.bed.behave({ namespace, revision: "reviews-v2", readyAfter: 10_000 });
    await scene.resume();
    const deployment = () => stand.history.now.get("Deployment", namespace, "reviews-v2") ?? {};
    const condition = (type: string) =>
      asList(at(deployment(), "status", "conditions")).find((each) => own(each, "type") === type);
    await stand.history.until("reviews-v2 lacks a pod", () => own(condition("Available"), "status") === "False");
    expect(own(condition("Progressing"), "reason")).to.equal("NewReplicaSetAvailable");
    const since = parseTime(asText(own(condition("Available"), "lastTransitionTime")) ?? "") ?? 0;
    expect(deadlineIn(deployment(), { ...impatient, now: since + 599 })).to.equal(1);
    expect(deadlineIn(deployment(), { ...impatient, now: since + 600 })).to.equal(0);
    await scene.untilAlone("reviews-v2");
    expect(deadlineIn(deployment(), impatient)).to.equal(undefined);
  });
});
