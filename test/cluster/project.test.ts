import { expect } from "chai";
import { judge } from "../../src/admission/judge.ts";
import { forRules, withoutNoise } from "../../src/cluster/project.ts";
import { type KubeObject, kindOf } from "../../src/model/world.ts";
import { rules } from "../../src/rules/index.ts";
import { loadCases, situation } from "../support/cases.ts";

/** A fact about a request is never stored. */
const kept = (object: KubeObject): KubeObject => (kindOf(object) === "SubjectAccessReview" ? object : forRules(object));

describe("cluster: what is kept of an object", () => {
  it("is all that rules read: every case has the same verdict in a world of what is kept", () => {
    for (const { id } of rules) {
      const { accept, reject } = loadCases(`test/rules/${id}.yaml`);
      for (const testCase of [...accept, ...reject]) {
        const { change, world } = situation(testCase);
        const { change: same, world: small } = situation(testCase, kept);
        expect(judge(same, small), `${id}: ${testCase.name}`).to.deep.equal(judge(change, world));
      }
    }
  }).timeout(60_000);

  it("is everything but the history, where nobody says what", () => {
    const history = {
      managedFields: [{}],
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}", a: "b" },
    };
    const object = { kind: "Service", metadata: { name: "s", ...history }, spec: {} };
    expect(withoutNoise(object)).to.deep.equal({
      kind: "Service",
      metadata: { name: "s", annotations: { a: "b" } },
      spec: {},
    });
  });
});
