import { expect } from "chai";
import { asObject, at, type JsonObject } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { plan } from "../../src/rollout/plan.ts";
import { Rig } from "./rig.ts";

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
