import { expect } from "chai";
import { at } from "../../src/model/json.ts";
import { nameOf } from "../../src/model/world.ts";
import { weightsOf } from "../../src/rollout/component.ts";
import { plan } from "../../src/rollout/plan.ts";
import { example } from "../support/cases.ts";
import { expectDone, expectEnd } from "./ends.ts";
import type { Act, Born, Cast } from "./generate.ts";
import { Play } from "./play.ts";
import { phaseOf, Rig } from "./rig.ts";
import type { Way } from "./shop-workflow.ts";

const web: Born = { size: 2, batches: [2], hasService: true, hasGateway: true };
const way: Way = {
  style: "steps",
  stops: [true, true, true],
  rises: [10, 10, 10],
  repeats: [false, false, false],
  pauses: ["person", "none", "none"],
  applies: "never",
};
const release: Act = { do: "release", part: 0, both: false, cuts: [1], way };
const plain: Act = { ...release, cuts: [], way: { ...way, style: "none" } };
const trait: Act = { do: "trait", part: 0 };

function played(
  parts: readonly Partial<Born>[],
  cues: readonly (Act | readonly [Act, number])[],
  more: Partial<Cast> = {},
): Play {
  const born = parts.map((part) => ({ ...web, ...part }));
  const play = new Play({ parts: born, rollsBack: false, returnsAtOnce: false, ...more });
  for (const cue of cues) {
    const [act, rest] = "do" in cue ? [cue, undefined] : cue;
    play.happen({ act, rest });
  }
  return play;
}

describe("regressions of random plays", () => {
  it("a rollback is not advised where the Application as stored has no rollout trait to edit", () => {
    const { rig } = played(
      [{ size: 1, batches: [1], hasGateway: false }],
      [[plain, 0], [{ do: "publish", version: 1 }, 0], { do: "terminate" }, trait],
    );
    expect(rig.rest()).to.match(/; go on with rollguard restart shop$/);
    expectEnd(rig);
  });

  it("the gateway's route keeps no subset when the rollout trait goes", () => {
    const { rig } = played([{}], [trait]);
    expectEnd(rig);
    expectDone(rig);
  });

  it("a DestinationRule that is deleted in mid-rollout comes back with all serving subsets", () => {
    const { rig } = played([{ hasGateway: false }], [[plain, 5]]);
    rig.remove(rig.cluster.objects.get("DestinationRule/default/web") ?? {});
    expectEnd(rig);
    expectDone(rig);
  });

  it("the stable Deployment that is deleted at a pause comes back, also where nothing tells how large it was", () => {
    const { rig } = played([{ size: 4, batches: [2, 2] }], [release]);
    expect(phaseOf(rig)).to.equal("workflowSuspending");
    for (const key of ["ComponentRollout/default/web", "Deployment/default/web-v1"]) {
      rig.remove(rig.cluster.objects.get(key) ?? {});
      rig.rest();
    }
    expect(at(rig.cluster.objects.get("Deployment/default/web-v1"), "spec", "replicas")).to.equal(3);
    expectEnd(rig);
  });

  it("a publish version is one revision, however often it is looked at, and going back to it is another", () => {
    const rig = new Rig("Application/default/book-info");
    const revisions = () =>
      [...rig.cluster.objects.values()].filter((object) => object["kind"] === "ApplicationRevision").map(nameOf);
    for (const [count, version] of ["one", "one", "two", "one"].entries()) {
      const annotations = { "app.oam.dev/publishVersion": version };
      rig.apply(
        { ...example("bookinfo"), metadata: { name: "book-info", namespace: "default", annotations } },
        version,
      );
      rig.rest();
      expect([phaseOf(rig), revisions().length]).to.deep.equal(["running", Math.max(1, count)]);
    }
    expect(at(rig.app(), "status", "latestRevision", "name")).to.equal("book-info-v3");
  });

  it("a failed revision that is pinned stays failed", () => {
    const back: Act = { ...plain, do: "flip back", pick: 0 };
    const fail: Act = { do: "fail", part: 0, pick: 1 };
    const { rig } = played([{}], [plain, back, fail, { do: "pin", part: 0, pick: 1, cuts: [] }], { rollsBack: true });
    expectEnd(rig);
    expect(rig.rest()).to.match(/^web-v2 failed and was rolled back to web-v1/);
  });

  it("a revision that failed and was rolled back is tried again by a restart", () => {
    const cues: Act[] = [{ do: "fail", part: 0, pick: 1 }, plain, { do: "heal" }];
    const { rig } = played([{}], [...cues, { do: "restart" }], { rollsBack: true });
    expectEnd(rig);
    expectDone(rig);
    expect(rig.cluster.objects.has("Deployment/default/web-v2")).to.equal(true);
  });

  it("one that fails again is rolled back again", () => {
    const { rig } = played([{}], [{ do: "fail", part: 0, pick: 1 }, plain, { do: "restart" }], { rollsBack: true });
    expectEnd(rig);
    expect(rig.rest()).to.match(/^web-v2 failed and was rolled back to web-v1/);
    expect(rig.log.filter((line) => line.endsWith("scale web-v2 to 2"))).to.have.length(2);
  });

  it("a shrunk revision whose pods are not ready is not taken for done", () => {
    const resize: Act = { do: "resize", part: 0, size: 2, cuts: [], partition: undefined };
    const { rig } = played([{ hasService: false, size: 5 }], [{ do: "fail", part: 0, pick: 0 }, resize]);
    expectEnd(rig);
    expect(rig.rest()).to.match(/^0 of 2 pods of web-v1 are ready/);
  });

  it("pods of an abandoned revision outlive a route that was removed", () => {
    const { rig } = played(
      [{}],
      [
        [plain, 5],
        [trait, 6],
        [trait, 0],
        [plain, 0],
      ],
    );
    expectEnd(rig);
    expectDone(rig);
  });

  it("a step that died between its mark and its status ends like one that did not", () => {
    const { rig } = played([{ hasService: false, size: 1, batches: [1] }], [{ ...release, cuts: [] }]);
    expectEnd(rig);
    expectDone(rig);
  });

  it("weights that no longer total 100 are not copied to the gateway's route", () => {
    const { rig } = played([{}], [{ do: "reweigh", pick: 1, number: 0 }]);
    expectEnd(rig);
    expectDone(rig);
  });

  it("a step that comes back to old pods does not lose them to the batch before", () => {
    const twice: Way = { ...way, stops: [false, false, false], rises: [0, 0, 0], repeats: [false, true, false] };
    const resize: Act = { do: "resize", part: 0, size: 1, cuts: [1], partition: 0 };
    const { rig } = played(
      [{ size: 3, batches: [3] }],
      [[{ ...release, way: twice }, 5], [{ do: "restart" }, 7], resize],
    );
    expectEnd(rig);
  });

  it("a component whose stable revision is lost goes on from the one that serves, whatever else has ended", () => {
    const { rig } = played(
      [{}, { size: 1, batches: [1] }],
      [{ do: "fail", part: 1, pick: 0 }, [{ ...plain, part: 1 }, 1], { ...plain, part: 1 }, { ...release, cuts: [] }],
    );
    expectEnd(rig);
    expectDone(rig);
  });

  it("weights that total nothing go to an abandoned revision where no other serves", () => {
    const steps: Act = { ...release, way: { ...way, stops: [false, false, false], pauses: ["none", "none", "none"] } };
    const { rig } = played(
      [{ hasGateway: false }],
      [{ do: "fail", part: 0, pick: 0 }, steps, { do: "rollback" }, { do: "reweigh", pick: 0, number: 0 }],
    );
    expectEnd(rig);
    const route = rig.cluster.objects.get("VirtualService/default/web") ?? {};
    expect(weightsOf(route)).to.deep.equal({ "web-v2": 100 });
  });

  it("a route of the mesh that is deleted comes back as the gateway's has it", () => {
    const { rig } = played([{}], [release]);
    const mesh = rig.cluster.objects.get("VirtualService/default/web") ?? {};
    rig.remove(mesh);
    const [action, ...others] = plan(rig.observe()).actions.filter(({ do: does }) => does !== "write-status");
    expect([action?.event, others.length]).to.deep.equal(["create VirtualService web", 0]);
    expect(action?.do === "apply" && action.object["spec"]).to.deep.equal(mesh["spec"]);
  });

  it("pods outside any revision go once the rollout trait is back", () => {
    const { rig } = played([{}], [trait, trait]);
    expectEnd(rig);
    expectDone(rig);
  });

  it("a size that shrank in mid-rollout leaves no pod too many", () => {
    const late: Way = { ...way, stops: [false, true, false], pauses: ["none", "person", "none"] };
    const size = { size: 3, batches: [3], hasService: false };
    const resize: Act = { do: "resize", part: 0, size: 1, cuts: [], partition: undefined };
    const { rig } = played([size], [{ ...release, cuts: [1, 1], way: late }, resize]);
    expectEnd(rig);
    expectDone(rig);
  });

  it("a scaling that its trait stops at a batch is healthy, and says where it stays", () => {
    const { rig } = played([{ size: 1, batches: [1] }], [{ do: "resize", part: 0, size: 3, cuts: [1], partition: 0 }]);
    expectEnd(rig);
    expect(rig.rest()).to.equal(
      "web stays at batch 1 of 2: its batchPartition or its workflow asks for no more; to go on apply one that does",
    );
  });

  it("pods that somebody took from a scaling that stopped at a batch are not waited for", () => {
    const resize: Act = { do: "resize", part: 0, size: 1, cuts: [1], partition: 0 };
    const { rig } = played([{ size: 3, batches: [3] }], [resize, { do: "rescale", pick: 1, number: 0 }]);
    expectEnd(rig);
  });

  it("a rollout whose size shrank below its first batch is done with that batch, and can be done again", () => {
    const twice: Way = { ...way, stops: [false, false, false], rises: [0, 0, 0], repeats: [true, false, false] };
    const resize: Act = { do: "resize", part: 0, size: 1, cuts: [1], partition: 0 };
    const { rig } = played(
      [{ size: 3, batches: [3] }],
      [[{ ...release, cuts: [], way: twice }, 0], resize, { ...resize, cuts: [] }],
    );
    expectEnd(rig);
    expect(rig.cluster.pods.get("Deployment/default/web-v2")?.readyAt).to.have.length(1);
  });

  it("a subset that is lost comes back while a component without its trait waits for pods", () => {
    const { rig } = played(
      [{}],
      [{ do: "ready after", seconds: 20 }, [trait, 0], { do: "unsubset", pick: 0, number: 0 }],
    );
    expectEnd(rig);
  });

  it("a rollback step takes back also what became stable before it", () => {
    const back: Way = { ...way, style: "dag", pauses: ["timed", "none", "none"], turnsBack: "after a pause" };
    const { rig } = played([{}, { size: 1, batches: [1] }], [{ ...release, both: true, way: back }]);
    expectEnd(rig);
    expectDone(rig);
    expect(rig.log.some((line) => line.endsWith("api-v2 is stable"))).to.equal(true);
    expect(rig.cluster.objects.has("Deployment/default/api-v1")).to.equal(true);
  });

  it("a route goes with the ports, and its subsets a settle time later", () => {
    const { rig } = played([{}], [{ do: "ports", part: 0, keepsWorkflow: false }]);
    expectEnd(rig);
    expectDone(rig);
  });

  it("ports that close in mid-canary do not move pods before the proxies have settled", () => {
    const ports: Act = { do: "ports", part: 0, keepsWorkflow: false };
    const { rig } = played([{ size: 4, batches: [4] }], [release, [ports, 0], plain]);
    expectEnd(rig);
    expectDone(rig);
    expect(rig.log.findIndex((line) => line.endsWith("remove VirtualService web"))).to.be.greaterThan(
      rig.log.findIndex((line) => line.endsWith("remove remove web-v1")),
    );
  });

  it("old pods outlive a route that went with its ports, also where somebody took its subsets", () => {
    const ports: Act = { do: "ports", part: 0, keepsWorkflow: false };
    const { rig } = played(
      [{ size: 1, batches: [1], hasGateway: false }],
      [[ports, 3], [{ do: "unsubset", pick: 0, number: 0 }, 0], plain],
    );
    expectEnd(rig);
    expectDone(rig);
  });

  it("a route that is deleted by hand after the ports were closed in mid-rollout comes back", () => {
    const ports: Act = { do: "ports", part: 0, keepsWorkflow: false };
    const { rig } = played(
      [{ size: 1, batches: [1], hasGateway: false }],
      [
        [plain, 0],
        [ports, 0],
      ],
    );
    rig.remove(rig.cluster.objects.get("VirtualService/default/web") ?? {});
    expectEnd(rig);
    expectDone(rig);
  });

  it("an entrance that closes in mid-rollout keeps no old weights", () => {
    const { rig } = played([{}], [release, { do: "ports", part: 0, keepsWorkflow: true }, { do: "resume" }]);
    expectEnd(rig);
    expectDone(rig);
  });

  it("a component whose rollout is stuck is unhealthy, though the workflow of another has ended", () => {
    const { rig } = played(
      [{}, { hasService: false }],
      [
        { do: "fail", part: 1, pick: 9 },
        { ...release, part: 1, way: { ...way, style: "none" } },
        { ...release, cuts: [] },
      ],
    );
    expectEnd(rig);
    expect(rig.rest()).to.match(/^0 of 1 pods of api-v2 are ready and no more come/);
  });

  it("a restart gives no weight back to pods that are not ready", () => {
    const stepwise: Way = { ...way, rises: [25, 50, 10], pauses: ["person", "person", "none"] };
    const slow: Act = { do: "ready after", seconds: 20 };
    const { rig } = played(
      [{ size: 4, batches: [4], hasGateway: false }],
      [slow, { ...release, cuts: [1, 2], way: stepwise }, { do: "resume" }, { do: "restart" }],
    );
    expectEnd(rig);
    const restarted = rig.log.findIndex((line) => line.endsWith("> restart"));
    expect(rig.log.slice(restarted).filter((line) => /pods|route|scale/.test(line))).to.have.length(2);
    expect(weightsOf(rig.cluster.objects.get("VirtualService/default/web") ?? {})).to.deep.equal({
      "web-v1": 75,
      "web-v2": 25,
    });
  });

  it("content that flips during a return gives no weight to pods that are not ready", () => {
    const flip: Act = { ...release, do: "flip back", pick: 0 };
    const forth: Act = { ...release, do: "flip back", pick: 1, way: { ...way, rises: [25, 10, 10] } };
    const { rig } = played(
      [{ size: 4, batches: [4], hasGateway: false }],
      [
        { ...release, cuts: [1, 1], way: { ...way, rises: [25, 10, 10] } },
        [{ do: "resume" }, 14],
        [{ ...flip, way: { ...way, style: "none" } }, 0.5],
        { ...forth, cuts: [1, 1] },
      ],
    );
    expectEnd(rig);
  });

  const dies: Act = { do: "fail", part: 0, pick: 0 };
  const half: Act = { ...release, cuts: [2], way: { ...way, rises: [50, 0, 0] } };
  const four: Partial<Born> = { size: 4, batches: [4], hasGateway: false };
  const splitOf = ({ cluster }: Play["rig"]) => weightsOf(cluster.objects.get("VirtualService/default/web") ?? {});

  it("a fix reaches the end though the stable revision is dead", () => {
    const { rig } = played([four], [dies, half]);
    expectEnd(rig);
    expect([phaseOf(rig), splitOf(rig)]).to.deep.equal(["workflowSuspending", { "web-v1": 50, "web-v2": 50 }]);
    const { rig: resumed } = played([four], [dies, half, { do: "resume" }]);
    expectEnd(resumed);
    expectDone(resumed);
  });

  it("a canary goes on though the stable revision died at its pause, all traffic at once", () => {
    const { rig } = played([four], [{ ...half, cuts: [1, 1] }, dies, { do: "resume" }]);
    expectEnd(rig);
    expectDone(rig);
    const resumed = rig.log.findIndex((line) => line.endsWith("> resume"));
    expect(rig.log.slice(resumed).filter((line) => line.includes("apply route"))).to.have.length(1);
  });

  it("a stable revision that dies when it has no traffic any more goes at once, and is not gone back to by a restart", () => {
    const { rig } = played([four], [half, [{ do: "resume" }, 3], [dies, 0]]);
    expect([phaseOf(rig), splitOf(rig)]).to.deep.equal(["running", { "web-v2": 100 }]);
    const again = played([four], [half, [{ do: "resume" }, 3], [dies, 0], { do: "restart" }, { do: "resume" }]);
    expectEnd(again.rig);
    expectDone(again.rig);
    expect(splitOf(again.rig)).to.deep.equal({ "web-v2": 100 });
  });

  it("a restart, or another workflow, gives pods that made no progress their deadline anew", () => {
    const fails: Act = { do: "fail", part: 0, pick: 1 };
    const again: Act = { ...half, do: "flip back", pick: 1, way: { ...way, rises: [40, 0, 0] } };
    const { rig } = played([four], [fails, half]);
    const begun = rig.now;
    for (const act of [{ do: "restart" } as const, again]) {
      const tried = played([four], [fails, half, act]);
      expectEnd(tried.rig);
      expect([phaseOf(tried.rig), tried.rig.now - begun >= 600]).to.deep.equal(["workflowFailed", true]);
    }
    const healed = played([four], [fails, half, [{ do: "restart" }, 300], { do: "heal" }, { do: "resume" }]);
    expectEnd(healed.rig);
    expectDone(healed.rig);
  });

  it("a ControllerRevision that is deleted at a pause comes back as it was, and the rollout goes on or back", () => {
    for (const revision of ["web-v1", "web-v2"]) {
      for (const next of ["resume", "rollback"] as const) {
        const play = played([four], [half]);
        const { rig } = play;
        const key = `ControllerRevision/default/${revision}`;
        const lost = rig.cluster.objects.get(key) ?? {};
        rig.remove(lost);
        rig.rest();
        const found = rig.cluster.objects.get(key) ?? {};
        for (const field of ["revision", "data"]) expect(found[field]).to.deep.equal(lost[field]);
        expect(at(found, "metadata", "labels")).to.deep.equal(at(lost, "metadata", "labels"));
        expect(rig.cluster.objects.has("ControllerRevision/default/web-v3")).to.equal(false);
        play.happen({ act: { do: next }, rest: undefined });
        expectEnd(rig);
        expectDone(rig);
        expect(splitOf(rig)).to.deep.equal({ [next === "resume" ? "web-v2" : "web-v1"]: 100 });
      }
    }
  });
});
