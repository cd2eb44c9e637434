import { isDeepStrictEqual } from "node:util";
import { expect } from "chai";
import type { ResourceKind } from "../../src/cluster/resources.ts";
import { asList, asText, at, own } from "../../src/model/json.ts";
import { momentIn } from "./moments.ts";
import { namespaceIn, type Replay } from "./replay.ts";
import { say } from "./rig.ts";
import { Scene } from "./scene.ts";
import { application, onStand, phaseOf, weightsIn } from "./stand.ts";

const namespace = "crash";
const split = { "reviews-v1": 90, "reviews-v2": 10 };
/** Time enough to see what is done without the pod, and within that for which its loss is excused. */
const readyAfter = 2_500;

describe("pods that are lost while a person is asked", function () {
  this.timeout(120_000);
  const stand = onStand("3s", [namespace]);
  let scene: Scene;
  let asked: ReturnType<typeof suspensionIn>;

  const storedSince = (from: number, kind: ResourceKind) =>
    stand.history.stored
      .slice(from)
      .filter((stored) => stored.kind === kind && namespaceIn(stored.object) === namespace);
  const rolloutPhase = (now: Replay) => at(now.get("ComponentRollout", namespace, "reviews"), "status", "phase");
  function why(now: Replay): string {
    const conditions = asList(at(application(now, namespace), "status", "conditions"));
    return asText(own(conditions.find((each) => own(each, "type") === "Ready") ?? {}, "message")) ?? "";
  }
  /** All that tells a person where it waits, and what the commands act on. */
  const suspensionIn = (now: Replay) => ({
    phase: phaseOf(now, namespace),
    rollout: rolloutPhase(now),
    why: why(now),
    workflow: at(application(now, namespace), "status", "workflow"),
    weights: weightsIn(now, namespace),
    pods: momentIn(now, namespace).pods,
  });

  before(async function () {
    this.timeout(0);
    scene = new Scene(stand, namespace);
    await scene.begin();
    await scene.canary();
    await scene.untilPause();
    await stand.bed.behave({ namespace, readyAfter });
    asked = suspensionIn(stand.history.now);
    expect(asked).to.deep.include({ phase: "workflowSuspending", rollout: "Waiting", weights: split });
  });

  async function untilAsBefore(): Promise<void> {
    await stand.history.until("all is as before", (now) => {
      const { rollout, why, weights, pods } = suspensionIn(now);
      return isDeepStrictEqual([rollout, why, weights, pods], [asked.rollout, asked.why, asked.weights, asked.pods]);
    });
    expect(suspensionIn(stand.history.now)).to.deep.equal(asked);
  }
  const untilTold = (phase: string, words: string) =>
    stand.history.until(`${phase}: ${words}`, (now) => rolloutPhase(now) === phase && why(now).startsWith(words));

  async function comesBack(lose: () => Promise<void>): Promise<void> {
    const from = stand.history.stored.length;
    await lose();
    await stand.history.until("all calls go to reviews-v1", (now) =>
      isDeepStrictEqual(weightsIn(now, namespace), { "reviews-v1": 100 }),
    );
    const first = (kind: ResourceKind) => storedSince(from, kind)[0]?.at ?? Number.NaN;
    say(`its weight has left ${first("VirtualService") - first("EndpointSlice")} ms after the pod`);
    await untilTold("Rolling", "0 of 1 pods of reviews-v2 are ready; ");
    await untilAsBefore();
  }

  it("takes the weight from a canary that crashes, and gives it back", async () => {
    await comesBack(() => scene.crash("reviews-v2"));
  });

  it("does the same where the pod of the canary is deleted", async () => {
    const pods = ["pod", "-l", "app.oam.dev/revision=reviews-v2"];
    await comesBack(() =>
      scene.lose("the pod of the canary was deleted", () =>
        stand.bed.mustKubectl(["-n", namespace, "delete", ...pods, "--wait=false"]),
      ),
    );
  });

  it("leaves its weight to a stable revision that crashes, which the new one is not trusted with, and says so", async () => {
    const from = stand.history.stored.length;
    await scene.crash("reviews-v1");
    await untilTold("Stalled", "reviews-v1 has traffic and no ready pod, and weights stay: ");
    await untilAsBefore();
    expect(storedSince(from, "VirtualService")).to.deep.equal([]);
  });

  it("goes on from there when a person says so", async () => {
    await scene.resume();
    await scene.untilAlone("reviews-v2");
  });
});
