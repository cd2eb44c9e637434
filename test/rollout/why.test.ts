import { expect } from "chai";
import type { JsonObject } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { command } from "../../src/rollout/commands.ts";
import { plan } from "../../src/rollout/plan.ts";
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

describe("the reason", () => {
  it("tells a timeout, and what was waited for", () => {
    const rig = rolled(shop(2, {}, [canaryStep(10, { timeout: "5s" })]));
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
      "suspended at ok; ok times out at 2026-01-01T01:00:17Z; a person goes on before with rollguard resume shop, or back with rollguard rollback shop",
    );
    expect(rig.rest()).to.match(
      /^the workflow failed: step ok \(timeout\); web stays at web-v1 1\/1 90%, web-v2 1\/1 10%; /,
    );
  });

  it("of a step that runs says when it times out", () => {
    const rig = rolled(shop(2, {}, [canaryStep(10, { timeout: "1m" })]));
    rig.rest(3);
    expect(plan(rig.observe()).why).to.match(
      /^the proxies learn the new weights, until .*; first times out at 2026-.*Z$/,
    );
  });

  it("tells what has failed beside steps that go on", () => {
    const group = {
      name: "g",
      type: "step-group",
      subSteps: [canaryStep(10, { timeout: "5s" }), { name: "ok", type: "suspend" }],
    };
    expect(rolled(shop(2, {}, [group])).rest()).to.equal(
      "step first (timeout: the proxies learn the new weights) failed; web stays at web-v1 2/2 90%, web-v2 1/1 10%; suspended at ok; a person goes on with rollguard resume shop, or back with rollguard rollback shop",
    );
  });
});
