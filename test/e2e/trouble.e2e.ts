import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { isLeaving } from "../../src/model/deletion.ts";
import { asList, asObject, at, own } from "../../src/model/json.ts";
import { type KubeObject, nameOf } from "../../src/model/world.ts";
import { namespaceIn } from "./replay.ts";
import { itInFull, say } from "./rig.ts";
import { Scene } from "./scene.ts";
import { reviewsOf } from "./shop.ts";
import { application, onStand, phaseOf, weightsIn } from "./stand.ts";

const namespace = "trouble";

/** A policy of somebody else that refuses the Deployment of the canary. */
const policy = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicy",
  metadata: { name: "no-canary" },
  spec: {
    failurePolicy: "Fail",
    matchConstraints: {
      resourceRules: [{ apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["deployments"] }],
    },
    validations: [
      {
        expression: `object.metadata.namespace != '${namespace}' || object.metadata.name != 'reviews-v2'`,
        message: "image registry not allowed",
      },
    ],
  },
};
const binding = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicyBinding",
  metadata: { name: "no-canary" },
  spec: { policyName: "no-canary", validationActions: ["Deny"] },
};
const canaryDeployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "reviews-v2", namespace },
  spec: {
    selector: { matchLabels: { a: "b" } },
    template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "a", image: "a" }] } },
  },
};

describe("what goes wrong is told", function () {
  this.timeout(180_000);
  const stand = onStand("3s", [namespace]);
  let scene: Scene;

  const app = (): KubeObject => application(stand.history.now, namespace) ?? {};
  const condition = (type: string): string => {
    const all = asList(at(app(), "status", "conditions"));
    const found = all.find((item) => own(item, "type") === type && own(item, "status") === "True");
    return String(own(found, "message") ?? "");
  };
  const untilTold = (type: string) => stand.history.until(`condition ${type}`, () => condition(type) !== "", 60_000);
  const untilOver = (type: string) => stand.history.until(`${type} is over`, () => condition(type) === "", 60_000);
  const warnings = () =>
    stand.bed.mustKubectl(["-n", namespace, "get", "events", "--field-selector", "type=Warning", "-o", "wide"]);

  before(async function () {
    this.timeout(0);
    scene = new Scene(stand, namespace);
    await scene.begin();
  });
  after(() => stand.bed.kubectl(["delete", "--ignore-not-found", "-f", "-"], { input: JSON.stringify(binding) }));

  it("a write that a policy refuses, and all else is repaired meanwhile", async () => {
    await stand.bed.apply(policy, binding);
    const attempt = () =>
      stand.bed.kubectl(["create", "--dry-run=server", "-f", "-"], { input: JSON.stringify(canaryDeployment) });
    while (!(await attempt()).stderr.includes("not allowed")) await sleep(200);
    await scene.canary();
    await untilTold("Blocked");
    expect(condition("Blocked")).to.match(
      /^Deployment reviews-v2 is refused by the API server: .*registry not allowed/,
    );
    expect(at(app(), "status", "observedGeneration")).to.equal(at(app(), "metadata", "generation"));
    expect(at(app(), "status", "status")).to.equal("runningWorkflow");
    expect(await warnings()).to.match(/ Blocked .*registry not allowed/);
    await stand.bed.mustKubectl(["delete", "-f", "-"], { input: JSON.stringify(binding) });
    await scene.untilPause();
    expect(condition("Blocked")).to.equal("");
  });

  it("a spec that breaks a rule, stored while nobody was asked, and what runs is kept", async () => {
    const kinds = ["validatingwebhookconfiguration", "mutatingwebhookconfiguration"];
    const kept = await Promise.all(
      kinds.map((kind) => stand.bed.mustKubectl(["get", kind, "rollguard", "-o", "json"])),
    );
    await stand.bed.mustKubectl(["delete", kinds.join(), "rollguard"]);
    try {
      const wrong = (text: string) => text.replace(/"weight":90/, '"weight":99');
      while ((await stored(wrong)) !== 0) await sleep(200);
      await untilTold("Invalid");
      await scene.deleteByHand("VirtualService", "reviews", []);
      await scene.deleteByHand("DestinationRule", "reviews", ["routed subset exists"]);
      expect(weightsIn(stand.history.now, namespace)).to.deep.equal({ "reviews-v1": 90, "reviews-v2": 10 });
      expect(condition("Invalid")).to.include("109");
      await scene.canary();
      await untilOver("Invalid");
      expect(phaseOf(stand.history.now, namespace)).to.equal("workflowSuspending");
    } finally {
      await stand.bed.apply(...kept.map((text) => bare(JSON.parse(text))));
      await stand.rollguard.untilServing();
    }
  });

  it("somebody else who changes a route again and again", async () => {
    const path = `/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices/reviews?fieldManager=argocd`;
    const spec = asObject(at(stand.history.now.get("VirtualService", namespace, "reviews"), "spec"));
    const half = JSON.stringify({ spec: JSON.parse(JSON.stringify(spec).replaceAll(/"weight":\d+/g, '"weight":50')) });
    const headers = { "content-type": "application/merge-patch+json" };
    const [from, began] = [stand.history.stored.length, Date.now()];
    while (condition("Conflict") === "" || Date.now() - began < 6_000) {
      expect((await stand.bed.api(path, { method: "PATCH", headers, body: half })).status).to.equal(200);
      await sleep(150);
    }
    expect(condition("Conflict")).to.match(/^VirtualService reviews is changed again and again by argocd/);
    const ours = stand.history.stored
      .slice(from)
      .filter(({ kind, object }) => kind === "VirtualService" && namespaceIn(object) === namespace)
      .filter(({ object }) => nameOf(object) === "reviews" && JSON.stringify(object["spec"]).includes('"weight":90'));
    say(`${ours.length} revisions are ours in ${Date.now() - began} ms of it`);
    expect(ours.length).to.be.below(8);
    await untilOver("Conflict");
    await stand.history.until("the weights are back", (now) => weightsIn(now, namespace)["reviews-v1"] === 90);
    expect(phaseOf(stand.history.now, namespace)).to.equal("workflowSuspending");
  });

  itInFull("a Deployment that stays until its finalizer is taken away", async () => {
    const hold = (finalizers: readonly string[]) =>
      stand.bed.mustKubectl([
        ...["-n", namespace, "patch", "deployment", "reviews-v2", "--type=merge", "-p"],
        JSON.stringify({ metadata: { finalizers } }),
      ]);
    const phase = () => at(stand.history.now.get("ComponentRollout", namespace, "reviews"), "status", "phase");
    const deployment = () => stand.history.now.get("Deployment", namespace, "reviews-v2");
    await hold(["example.com/hold"]);
    await scene.back();
    await stand.history.until("reviews-v2 is being deleted", () => isLeaving(deployment()), 60_000);
    const isBack = () => phaseOf(stand.history.now, namespace) === "running" && phase() === "Stable";
    await stand.history.until("reviews-v1 is stable", isBack, 60_000);
    await scene.canary();
    await untilTold("Blocked");
    expect(condition("Blocked")).to.match(/^Deployment reviews-v2 is being deleted .*: example\.com\/hold; /);
    const from = stand.history.stored.length;
    await sleep(8_000);
    const since = stand.history.stored.slice(from).filter(({ object }) => namespaceIn(object) === namespace);
    expect(since.map(({ kind, object }) => `${kind} ${nameOf(object)}`)).to.deep.equal([]);
    await hold([]);
    await scene.untilPause();
    await untilOver("Blocked");
    expect(weightsIn(stand.history.now, namespace)).to.deep.equal({ "reviews-v1": 90, "reviews-v2": 10 });
  });

  const stored = async (change: (text: string) => string): Promise<number> => {
    const input = JSON.stringify(reviewsOf(namespace, "bookinfo-canary", change));
    return (await stand.bed.kubectl(["apply", "-f", "-"], { input })).code;
  };
});

const bare = (object: KubeObject): KubeObject => {
  const { name, labels } = asObject(object["metadata"]);
  return { ...object, metadata: { name, labels } };
};
