import { expect } from "chai";
import { asObject, at, type JsonObject } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { plan } from "../../src/rollout/plan.ts";
import { phaseOf, Rig } from "./rig.ts";

const shop = (components: readonly JsonObject[]): KubeObject => ({
  apiVersion: "core.oam.dev/v1beta1",
  kind: "Application",
  metadata: { name: "shop", namespace: "default" },
  spec: { components },
});
const task = (image: string): JsonObject => ({ name: "seed", type: "task", properties: { image, cmd: ["run"] } });
const clean: JsonObject = { name: "clean", type: "cron-task", properties: { image: "a:1", schedule: "0 * * * *" } };
const web: JsonObject = { name: "web", type: "webservice", properties: { image: "a:1", port: 80 } };

/** The Deployment, the Job and the CronJob of an Application at rest. */
const keys = {
  "Deployment/default/web": ["template"],
  "Job/default/shop-seed": ["template"],
  "CronJob/default/clean": ["jobTemplate"],
};

function deployed(): Rig {
  const rig = new Rig("Application/default/shop");
  rig.apply(shop([task("a:1"), clean, web]), "first");
  rig.rest();
  return rig;
}

function failing(): Rig {
  const rig = new Rig("Application/default/shop");
  rig.fail("web");
  rig.apply(shop([task("a:1"), clean, web]), "first");
  return rig;
}

describe("a component without a rollout trait", () => {
  for (const [key, [template = ""]] of Object.entries(keys)) {
    it(`keeps what ${key} has as pods, whatever another version renders`, () => {
      const rig = deployed();
      const object = rig.cluster.objects.get(key) ?? {};
      const older = { ...asObject(at(object, "spec", template)), renderedBy: "an older version" };
      const objects = new Map(rig.cluster.objects).set(key, {
        ...object,
        spec: { ...asObject(object["spec"]), [template]: older },
      });
      rig.cluster = { ...rig.cluster, objects };
      expect(plan(rig.observe()).actions).to.deep.equal([]);
      const newer = { ...object, spec: { ...asObject(object["spec"]), [template]: { metadata: {} } } };
      rig.cluster = { ...rig.cluster, objects: new Map(objects).set(key, newer) };
      expect(plan(rig.observe()).actions).to.deep.equal([]);
    });
  }

  it("fails the workflow where its pods make no progress for 600 s, and says what to do", () => {
    const rig = failing();
    expect([rig.rest(599), phaseOf(rig)]).to.deep.equal(["0 of 1 pods of web are ready", "runningWorkflow"]);
    expect([rig.rest(), phaseOf(rig), rig.now]).to.deep.equal([
      "the workflow failed: step web (no progress for 600s: 0 of 1 pods of web are ready); apply a fix, or try again with rollguard restart shop",
      "workflowFailed",
      600,
    ]);
  });

  it("is not judged by the pods of the spec before", () => {
    const rig = failing();
    rig.rest();
    rig.apply(shop([task("a:1"), clean, { ...web, properties: { image: "a:2", port: 80 } }]), "fix");
    const [first] = plan(rig.observe()).actions.filter((action) => action.do === "write-status");
    expect(at(first?.status, "status")).not.to.equal("workflowFailed");
    const sound = deployed();
    sound.apply(shop([task("a:1"), clean, { ...web, properties: { image: "a:2", port: 80 } }]), "second");
    const started = plan(sound.observe()).actions.filter((action) => action.do === "write-status");
    expect(started.map(({ status }) => at(status, "status"))).not.to.include("running");
  });

  it("that loses its pods is unhealthy, and the reason names it", () => {
    const rig = deployed();
    rig.fail("web");
    const advice = ": look at the pods of web, then apply a fix";
    expect([rig.rest(1), phaseOf(rig)]).to.deep.equal([`0 of 1 pods of web are ready${advice}`, "unhealthy"]);
    expect(rig.rest()).to.equal(`0 of 1 pods of web are ready and no more come${advice}`);
  });

  it("has its Job deleted and made anew when its content changes", () => {
    const rig = deployed();
    rig.apply(shop([task("a:2"), clean, web]), "second");
    rig.rest();
    expect(rig.log.filter((line) => /remove Job|create Job/.test(line)).map((line) => line.slice(4))).to.deep.equal([
      "apply create Job shop-seed",
      "remove remove Job shop-seed",
      "apply create Job shop-seed",
    ]);
  });
});
