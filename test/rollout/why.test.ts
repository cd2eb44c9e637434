import { expect } from "chai";
import type { JsonObject } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { command } from "../../src/rollout/commands.ts";
import { plan } from "../../src/rollout/plan.ts";
import { takeBack } from "../../src/rollout/take-back.ts";
import { Rig } from "./rig.ts";

const expose: JsonObject = { type: "expose", properties: { port: [80] } };
const canaryStep = (weight: number, more: JsonObject = {}): JsonObject => ({
  name: "first",
  type: "canary-rollout",
  properties: {
    batchPartition: 0,
    traffic: {
      weightedTargets: [
        { revision: "web-v1", weight: 100 - weight },
        { revision: "web-v2", weight },
      ],
    },
  },
  ...more,
});

function shop(image: number, rollout: JsonObject = {}, steps: readonly JsonObject[] = []): KubeObject {
  const properties = { targetSize: 2, rolloutBatches: [{ replicas: 1 }, { replicas: 1 }], ...rollout };
  const web = {
    name: "web",
    type: "webservice",
    properties: { image: `a:${image}`, port: 80 },
    traits: [expose, { type: "rollout", properties }],
  };
  return {
    apiVersion: "core.oam.dev/v1beta1",
    kind: "Application",
    metadata: { name: "shop", namespace: "default" },
    spec: { components: [web], ...(steps.length > 0 ? { workflow: { steps } } : {}) },
  };
}

function rolled(second: KubeObject): Rig {
  const rig = new Rig("Application/default/shop");
  rig.apply(shop(1), "first");
  rig.rest();
  rig.apply(second, "second");
  return rig;
}

const only = (revision: string): JsonObject => ({ weightedTargets: [{ revision, weight: 100 }] });

describe("the reason", () => {
  it("tells a timeout, and what was waited for", () => {
    const rig = rolled(shop(2, {}, [canaryStep(10, { timeout: "15s" })]));
    expect(rig.rest()).to.match(/^the workflow failed: step first \(timeout: the proxies learn the new weights\); /);
  });

  for (const [what, second] of [
    ["its batchPartition", shop(2, { batchPartition: 0 })],
    ["its workflow", shop(2, {}, [canaryStep(10)])],
  ] as const) {
    it(`of a rollout that ${what} leaves halfway names what a person can do`, () => {
      expect(rolled(second).rest()).to.equal(
        "web stays at batch 1 of 2: its batchPartition or its workflow asks for no more; to go on apply one that does, or roll back with rollguard rollback shop",
      );
    });
  }

  it("of a terminated rollout says where pods and weights are, also after a crash", () => {
    const rig = rolled(shop(2, {}, [canaryStep(10), { name: "wait", type: "suspend" }]));
    rig.rest();
    const terminated = command("terminate", rig.app());
    if ("object" in terminated) rig.write(terminated.object, "terminate");
    const goOn = "; go on with rollguard restart shop or back with rollguard rollback shop";
    expect(rig.rest()).to.equal(`terminated by command; web stays at web-v1 1/1 90%, web-v2 1/1 10%${goOn}`);
    rig.crash("web-v2");
    expect(rig.rest()).to.equal(`terminated by command; web stays at web-v1 1/1 100%, web-v2 1/1 0%${goOn}`);
  });

  it("of a suspended rollout says when the time of the person is over", () => {
    const steps = [canaryStep(10), { name: "ok", type: "suspend", timeout: "1h" }];
    const rig = rolled(shop(2, {}, steps));
    rig.rest(60);
    expect(plan(rig.observe()).why).to.equal(
      "suspended at ok; ok times out at 2026-01-01T01:00:36Z; a person goes on before with rollguard resume shop, or back with rollguard rollback shop",
    );
    expect(rig.rest()).to.match(
      /^the workflow failed: step ok \(timeout\); web stays at web-v1 1\/1 90%, web-v2 1\/1 10%; /,
    );
  });

  it("of a step that runs says when it times out", () => {
    const rig = rolled(shop(2, {}, [canaryStep(10, { timeout: "1m" })]));
    rig.rest(3);
    expect(plan(rig.observe()).why).to.match(/^the proxies learn of web-v2, until .*; first times out at 2026-.*Z$/);
    rig.rest(10);
    expect(plan(rig.observe()).why).to.match(
      /^the proxies learn the new weights, until .*; first times out at 2026-.*Z$/,
    );
  });

  it("tells what has failed beside steps that go on", () => {
    const group = {
      name: "g",
      type: "step-group",
      subSteps: [canaryStep(10, { timeout: "15s" }), { name: "ok", type: "suspend" }],
    };
    expect(rolled(shop(2, {}, [group])).rest()).to.equal(
      "step first (timeout: the proxies learn the new weights) failed; web stays at web-v1 2/2 90%, web-v2 1/1 10%; suspended at ok; a person ends it as failed with rollguard resume shop, or back with rollguard rollback shop",
    );
  });

  const approval = { name: "approval", type: "suspend" };
  const after = { ...canaryStep(100), name: "rest", properties: { batchPartition: 1, traffic: only("web-v2") } };

  it("of a first deployment that fails does not advise to go back, and there is nothing to go back to", () => {
    const rig = new Rig("Application/default/shop");
    rig.fail("web-v1");
    rig.apply(shop(1), "first");
    expect(rig.rest()).to.equal(
      "0 of 1 pods of web-v1 are ready and no more come: look at the pods of web-v1, then apply a fix",
    );
    expect(takeBack(rig.app(), rig.observe().objects)).to.deep.equal({
      refusal: "shop has no rollout to take back",
    });
  });

  it("of a stable revision that dies does not advise to go back to it", () => {
    const rig = rolled(shop(2, {}, [canaryStep(10), approval, after]));
    rig.rest();
    rig.fail("web-v1");
    expect(rig.rest()).to.equal(
      "web-v1 has traffic and no ready pod, and weights stay: look at its pods, apply a fix, or go on with rollguard resume shop",
    );
  });

  it("of a canary that dies while a person is asked says so before its deadline", () => {
    const rig = rolled(shop(2, {}, [canaryStep(10), approval, after]));
    rig.rest();
    rig.fail("web-v2");
    expect(rig.rest(5)).to.equal(
      "0 of 1 pods of web-v2 are ready; suspended at approval; a person goes on with rollguard resume shop, or back with rollguard rollback shop",
    );
  });

  it("of a rollout that fails advises to go back, until that is done", () => {
    const back = { name: "back", type: "canary-rollback", if: "status.first.failed" };
    const steps = [canaryStep(10), { ...back, properties: { rollbackVersion: "web-v1" } }];
    for (const [second, says] of [
      [shop(2, {}, [canaryStep(10)]), /, then apply a fix or roll back with rollguard rollback shop$/],
      [shop(2, {}, steps), /; apply a fix, or try again with rollguard restart shop$/],
    ] as const) {
      const rig = new Rig("Application/default/shop");
      rig.apply(shop(1), "first");
      rig.rest();
      rig.fail("web-v2");
      rig.apply(second, "second");
      expect(rig.rest()).to.match(says);
    }
  });

  it("of a workflow that waits after its rollout is done does not advise to go back", () => {
    const rig = rolled(shop(2, {}, [{ ...after, name: "first" }, approval]));
    expect(rig.rest()).to.equal("suspended at approval; a person goes on with rollguard resume shop");
  });

  it("tells of several suspends which ends by itself, and when", () => {
    const group = (...subSteps: JsonObject[]) => ({ name: "both", type: "step-group", subSteps });
    const timed = { name: "soak", type: "suspend", properties: { duration: "30s" } };
    const goOn = "a person goes on with rollguard resume shop, or back with rollguard rollback shop";
    const both = rolled(shop(2, {}, [canaryStep(10), group(timed, approval), after]));
    both.rest(30);
    expect(plan(both.observe()).why).to.equal(`suspended at approval, soak until 2026-01-01T00:01:06Z; ${goOn}`);
    expect(both.rest()).to.equal(`suspended at approval; ${goOn}`);
    const alone = rolled(shop(2, {}, [canaryStep(10), timed, after]));
    alone.rest(30);
    expect(plan(alone.observe(), (seconds) => String(seconds % 60)).why).to.equal(
      "suspended at soak until 6; go on before with rollguard resume shop",
    );
  });

  it("says until when what a component had before is left", () => {
    const { spec, ...rest } = shop(1);
    const plain = JSON.parse(JSON.stringify(spec).replace(/,\{"type":"rollout".*?\}\]\}\}/, ""));
    const rig = rolled({ ...rest, spec: plain });
    rig.rest(5);
    expect(plan(rig.observe()).why).to.match(/^the proxies leave what web had before, until 2026-/);
    expect(rig.rest()).to.equal("nothing to do");
  });
});
