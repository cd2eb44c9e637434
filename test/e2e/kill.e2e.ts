import { expect } from "chai";
import { asList, at, own } from "../../src/model/json.ts";
import { type KubeObject, nameOf } from "../../src/model/world.ts";
import { momentIn, type Phase, phases } from "./moments.ts";
import type { Replay } from "./replay.ts";
import { say } from "./rig.ts";
import { Scene } from "./scene.ts";
import { onStand } from "./stand.ts";

/** What depends neither on when somebody looked nor on the name of the namespace, which is in the hash of the spec. */
const timeless = (object: KubeObject, namespace: string): unknown =>
  JSON.parse(
    JSON.stringify({
      kind: object["kind"],
      name: nameOf(object),
      labels: at(object, "metadata", "labels"),
      owners: asList(at(object, "metadata", "ownerReferences")).map((owner) => own(owner, "name")),
      content: object["spec"] ?? object["data"],
      status: ["Application", "ComponentRollout"].includes(String(object["kind"])) ? object["status"] : undefined,
    }).replaceAll(namespace, "NAMESPACE"),
    (key, value) => (/Time$|^revisionHash$/.test(key) ? undefined : value),
  );

/** Everything of an Application that is stored in the end. */
function endOf(now: Replay, namespace: string): unknown[] {
  return now
    .in(
      namespace,
      "Application",
      "ComponentRollout",
      "ControllerRevision",
      "Deployment",
      "VirtualService",
      "DestinationRule",
    )
    .map((object) => timeless(object, namespace))
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

describe("the controller is killed", function () {
  this.timeout(600_000);
  const stand = onStand("3s", ["kill-onwards", "kill-onwards-not", "kill-back", "kill-back-not"]);

  /** In each moment of a phase of the story the process is killed, and another one started at once. */
  async function killIn(phase: Phase, namespace: string, begin: () => Promise<unknown>): Promise<void> {
    const begun = begin();
    for (const [moment, isIt] of Object.entries(phases[phase])) {
      await stand.history.until(`${namespace}: ${moment}`, (now) => isIt(momentIn(now, namespace)));
      stand.rollguard.process.kill("SIGKILL");
      const { pods, weights, step } = momentIn(stand.history.now, namespace);
      say(`killed when ${moment}: ${JSON.stringify({ pods, weights, step })}`);
      await begun;
      await stand.rollguard.succeed();
    }
  }

  /** The story up to one of its ends, with kills in some of its phases; what is stored then. */
  async function told(namespace: string, end: Phase, kills: readonly Phase[]): Promise<unknown[]> {
    const act = (phase: Phase, begin: () => Promise<unknown>) =>
      kills.includes(phase) ? killIn(phase, namespace, begin) : begin();
    const scene = new Scene(stand, namespace);
    await scene.prepare();
    await act("deploying", scene.deploy);
    await scene.untilAlone("reviews-v1");
    await act("to the canary", scene.canary);
    await scene.untilPause();
    await act(end, end === "onwards" ? scene.resume : scene.back);
    await scene.untilAlone(end === "onwards" ? "reviews-v2" : "reviews-v1");
    await scene.untilQuiet(4_000);
    return endOf(stand.history.now, namespace);
  }

  const ends: readonly (readonly [end: Phase, kills: readonly Phase[]])[] = [
    ["onwards", ["deploying", "to the canary", "onwards"]],
    ["back", ["back"]],
  ];
  for (const [end, kills] of ends)
    it(`in every phase of the story ${end}, and the end is the same`, async () => {
      const expected = await told(`kill-${end}-not`, end, []);
      expect(await told(`kill-${end}`, end, kills)).to.deep.equal(expected);
    });

  it("has satisfied D11 at every stored revision", async () => {
    expect(await stand.history.breaches()).to.deep.equal([]);
  });
});
