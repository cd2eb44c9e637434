import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { place } from "../../src/install/place.ts";
import { say } from "./rig.ts";
import { Scene } from "./scene.ts";
import { onStand, phaseOf } from "./stand.ts";

const namespace = "leader";

describe("the one that leads", function () {
  this.timeout(180_000);
  const stand = onStand("3s", [namespace]);
  let scene: Scene;

  before(async function () {
    this.timeout(0);
    scene = new Scene(stand, namespace);
    await scene.begin();
  });

  it("goes on at once when it was paused for longer than it may write, and for less than its Lease", async () => {
    await scene.canary();
    await scene.untilWeighted("reviews-v2");
    // It waits for the proxies to learn the weights, and is to be woken while it does not lead.
    stand.rollguard.process.kill("SIGSTOP");
    await sleep(12_000);
    stand.rollguard.process.kill("SIGCONT");
    const isPaused = () => phaseOf(stand.history.now, namespace) === "workflowSuspending";
    await stand.history.until("it waits for a person", isPaused, 40_000);
  });

  it("hands over at once when it is told to end, while it still answers", async () => {
    const second = await stand.rollguard.standby();
    const before = await holder();
    const began = Date.now();
    stand.rollguard.process.kill("SIGTERM");
    while ([before, ""].includes(await holder())) await sleep(50);
    const took = Date.now() - began;
    say(`another leads ${took} ms after SIGTERM`);
    // The drain alone takes 10 s; the other asks every 2 s.
    expect(took).to.be.below(8_000);
    await stand.rollguard.restart();
    await second.stop(15_000);
  });

  const holder = async (): Promise<string> => {
    const args = [
      "-n",
      place.namespace,
      "get",
      "lease",
      "rollguard-controller",
      "-o",
      "jsonpath={.spec.holderIdentity}",
    ];
    return stand.bed.mustKubectl(args);
  };
});
