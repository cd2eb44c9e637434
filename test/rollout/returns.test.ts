import { expect } from "chai";
import { expectEnd } from "./ends.ts";
import type { Act, Born } from "./generate.ts";
import { Play } from "./play.ts";
import { phaseOf } from "./rig.ts";
import type { Way } from "./shop-workflow.ts";

const born: Born = { size: 2, batches: [2], hasService: true, hasGateway: false };
const way: Way = {
  style: "dag",
  stops: [true, true, true],
  rises: [10, 10, 10],
  repeats: [false, false, false],
  pauses: ["person", "none", "none"],
  applies: "never",
};
const release: Act = { do: "release", part: 0, both: true, cuts: [1], way };
const fail: Act = { do: "fail", part: 0, pick: 1 };

/** A shop that rolls back by itself, played until it rests. */
function played(parts: readonly Born[], acts: readonly Act[]): Play["rig"] {
  const play = new Play({ parts, rollsBack: true, returnsAtOnce: false });
  for (const act of acts) play.happen({ act, rest: undefined });
  expectEnd(play.rig);
  return play.rig;
}

const revisionsIn = ({ cluster }: Play["rig"]): readonly string[] =>
  [...cluster.objects.keys()].filter((key) => /^Deployment.*-v/.test(key)).map((key) => key.split("/")[2] ?? "");

describe("an Application that rolls back by itself", () => {
  it("takes all components back that are on their way, and says so", () => {
    const rig = played([born, born], [fail, release]);
    expect(revisionsIn(rig)).to.deep.equal(["web-v1", "api-v1"]);
    expect(rig.rest()).to.equal(
      "web-v2 failed and was rolled back to web-v1, api went back to api-v1 with it: apply a fix",
    );
  });

  it("has failed then, though it waited for a person", () => {
    const rig = played([born], [release, fail]);
    expect([phaseOf(rig), revisionsIn(rig)]).to.deep.equal(["workflowFailed", ["web-v1"]]);
  });

  it("takes back what a step that timed out has left, whatever step it was", () => {
    const hasty: Act = { ...release, both: false, way: { ...way, timeout: "15s" } };
    const rig = played([born], [hasty]);
    expect([phaseOf(rig), revisionsIn(rig)]).to.deep.equal(["workflowFailed", ["web-v1"]]);
    expect(rig.rest()).to.equal(
      "the workflow failed: step web-batch-0 (timeout: the proxies learn the new weights); web went back to web-v1: apply a fix",
    );
  });

  it("tries again what a restart asks for", () => {
    const hasty: Act = { ...release, both: false, way: { ...way, timeout: "15s" } };
    const rig = played([born], [hasty, { do: "restart" }]);
    expect([phaseOf(rig), revisionsIn(rig)]).to.deep.equal(["workflowFailed", ["web-v1"]]);
    expect(rig.log.filter((line) => line.endsWith("scale web-v2 to 1"))).to.have.length(2);
  });
});
