import { expect } from "chai";
import { asObject, at } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { program } from "./install.ts";
import { Scene } from "./scene.ts";
import { reviewsOf } from "./shop.ts";
import { application, onStand, weightsIn } from "./stand.ts";

const namespaces = ["beside-theirs", "beside-ours"] as const;
const requirement = "app.oam.dev/controller-version-require";

/** What every installation of vela-core registers, here for a kind that nobody has. */
const velaCore = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: "kubevela-vela-core-admission" },
  webhooks: [
    {
      name: "validating.core.oam.dev.v1beta1.applications",
      admissionReviewVersions: ["v1"],
      sideEffects: "None",
      failurePolicy: "Ignore",
      clientConfig: { url: "https://vela-core.invalid/validate" },
      rules: [{ apiGroups: ["nobody.invalid"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["nothings"] }],
    },
  ],
};

describe("beside vela-core", function () {
  this.timeout(180_000);
  // While the bed is there: the files after this one share it.
  after(() => endVelaCore());
  const stand = onStand("3s", namespaces);
  const doctor = async () => {
    const { code, stdout, stderr } = await stand.bed.run([process.execPath, program, "doctor"]);
    return { code, stderr, lines: stdout.split("\n").map((line) => line.split(/ {2,}/)) };
  };
  const annotated = (app: KubeObject): KubeObject => ({
    ...app,
    metadata: { ...asObject(app["metadata"]), annotations: { [requirement]: "rollguard" } },
  });
  const kubectl = (...args: string[]) => stand.bed.mustKubectl(args);
  const endVelaCore = () =>
    kubectl("delete", "validatingwebhookconfiguration", velaCore.metadata.name, "--ignore-not-found");

  it("is found by doctor, which has nothing to say before", async () => {
    const { code, stderr, lines } = await doctor();
    expect([code, stderr]).to.deep.equal([0, ""]);
    const checks = ["Kubernetes", "Istio", "kinds", "webhooks", "vela-core", "controller"];
    expect(lines.slice(0, -1).map(([state, check]) => [state, check])).to.deep.equal(
      checks.map((check) => ["ok", check]),
    );
    await stand.bed.apply(velaCore);
    const beside = await doctor();
    expect(beside.code).to.equal(0);
    expect(beside.lines[4]?.slice(0, 2)).to.deep.equal(["warning", "vela-core"]);
  });

  it("leaves what is not annotated alone, also in its end, and says so at kubectl apply", async () => {
    const shop = new Scene(stand, "beside-theirs");
    await shop.prepare();
    const app = reviewsOf(shop.namespace, "bookinfo");
    const finalizers = ["app.oam.dev/resource-tracker-finalizer"];
    const theirs = { ...app, metadata: { ...asObject(app["metadata"]), finalizers } };
    const { code, stderr } = await stand.bed.kubectl(["apply", "-f", "-"], { input: JSON.stringify(theirs) });
    expect(code, stderr).to.equal(0);
    expect(stderr).to.contain(`Warning: vela-core runs here, Rollguard acts only with ${requirement}: rollguard`);
    const labels = { "app.oam.dev/name": "book-info", "app.oam.dev/namespace": shop.namespace };
    const tracker = `book-info-v1-${shop.namespace}`;
    await stand.bed.apply({
      apiVersion: "core.oam.dev/v1beta1",
      kind: "ResourceTracker",
      metadata: { name: tracker, labels },
      spec: { type: "versioned", applicationGeneration: 1 },
    });
    await shop.history.untilQuiet(shop.namespace, 4_000);
    expect(application(shop.history.now, shop.namespace)).to.have.property("spec").and.not.to.have.property("status");
    expect(shop.history.now.in(shop.namespace, "Deployment", "ControllerRevision", "ComponentRollout")).to.deep.equal(
      [],
    );

    await kubectl("-n", shop.namespace, "delete", "application", "book-info", "--wait=false");
    await shop.history.untilQuiet(shop.namespace, 4_000);
    const dying = application(shop.history.now, shop.namespace);
    expect(at(dying, "metadata", "finalizers")).to.deep.equal(finalizers);
    await kubectl(
      "-n",
      shop.namespace,
      "patch",
      "application",
      "book-info",
      "--type=merge",
      "-p",
      '{"metadata":{"finalizers":null}}',
    );
    await shop.history.until("it is gone", (now) => application(now, shop.namespace) === undefined);
    await shop.history.untilQuiet(shop.namespace, 4_000);
    await kubectl("delete", "resourcetracker", tracker);
  });

  it("rolls out what is annotated", async () => {
    const shop = new Scene(stand, "beside-ours");
    await shop.prepare();
    await shop.apply(annotated(reviewsOf(shop.namespace, "bookinfo")));
    await shop.untilAlone("reviews-v1");
    await shop.apply(annotated(reviewsOf(shop.namespace, "bookinfo-canary")));
    await shop.untilPause();
    await shop.resume();
    await shop.untilAlone("reviews-v2");
  });

  it("tells no plan with its controller off, and leaves even what is annotated", async () => {
    await stand.rollguard.restart(["--controller", "off"]);
    try {
      const app = annotated(reviewsOf("beside-ours", "bookinfo"));
      const { stderr } = await stand.bed.kubectl(["apply", "-f", "-"], { input: JSON.stringify(app) });
      expect(stderr).not.to.match(/plan: |vela-core/);
      await stand.history.untilQuiet("beside-ours", 4_000);
      expect(weightsIn(stand.history.now, "beside-ours")).to.deep.equal({ "reviews-v2": 100 });
      expect((await doctor()).lines[5]?.slice(0, 2)).to.deep.equal(["warning", "controller"]);
    } finally {
      await stand.rollguard.restart(["--controller", "on"]);
    }
    await new Scene(stand, "beside-ours").untilAlone("reviews-v1");
  });

  it("rolls out all again once vela-core is gone", async () => {
    const shop = new Scene(stand, "beside-theirs");
    await endVelaCore();
    await shop.deploy();
    await shop.untilAlone("reviews-v1");
  });
});
