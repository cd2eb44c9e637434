import { join } from "node:path";
import { expect } from "chai";
import { place } from "../../src/install/place.ts";
import { asList, asObject, type Json, type JsonObject, own } from "../../src/model/json.ts";
import type { Bed } from "./bed/bed.ts";
import { sourceRoot } from "./bed/cache.ts";
import type { Outcome } from "./bed/processes.ts";
import { applyManifests, program, Rollguard } from "./install.ts";
import { bedOfTest } from "./rig.ts";
import { exampleIn } from "./stand.ts";
import { until } from "./until.ts";

const namespace = "webhooks";
const configurations = "validatingwebhookconfiguration,mutatingwebhookconfiguration";

/** Nobody but the tests writes to it. */
const paused = { "controller.core.oam.dev/pause": "true" };
const application = (name: string): JsonObject => {
  const metadata = { name, namespace, labels: paused };
  const { apiVersion, kind } = exampleIn(namespace, "bookinfo");
  const components = [{ name: `${name}-web`, type: "webservice", properties: { image: "busybox:1" } }];
  return name === "book-info"
    ? { ...exampleIn(namespace, "bookinfo"), metadata }
    : { apiVersion, kind, metadata, spec: { components } };
};
const started = "2026-01-02T00:00:00Z";
/** More than an Application may have that is judged: it was stored before. */
const many = Array.from({ length: 1000 }, (_, i) => ({
  id: "",
  name: `step-${i}`,
  firstExecuteTime: started,
  ...(i % 2 === 0
    ? { type: "suspend", phase: "suspending", message: "Suspended for 1h" }
    : { type: "apply-component", phase: "running" }),
}));
const running = { mode: "StepByStep-DAG", status: "executing", suspend: false, terminated: false, finished: false };
const waits = { id: "a", name: "ok", type: "suspend", phase: "suspending" };
const group = { id: "g", name: "g", type: "step-group", phase: "running", subSteps: [waits] };
/** How far each Application is when nobody answers any more. */
const stored: Readonly<Record<string, JsonObject>> = {
  "book-info": running,
  waiting: { ...running, steps: [waits] },
  grouped: { ...running, steps: [group] },
  long: { ...running, suspend: true, steps: many },
  full: { ...running, suspend: true, steps: many.slice(0, 200) },
  deep: {
    ...running,
    suspend: true,
    steps: Array.from({ length: 14 }, (_, i) => ({
      id: `g${i}`,
      name: `group-${i}`,
      type: "step-group",
      phase: "suspending",
      firstExecuteTime: started,
      subSteps: many.slice(13 * i, 13 * (i + 1)),
    })),
  },
};

describe("webhooks, and our own definition of Application", function () {
  this.timeout(60_000);
  let bed: Bed;
  let rollguard: Rollguard;

  const inNamespace = (...args: readonly string[]): Promise<Outcome> => bed.kubectl(["-n", namespace, ...args]);
  const patch = (name: string, change: Json, ...more: readonly string[]): Promise<Outcome> =>
    inNamespace("patch", "application", name, "--type=merge", "-p", JSON.stringify(change), ...more);
  const patchStatus = (workflow: Json, name = "book-info"): Promise<Outcome> =>
    patch(name, { status: { workflow } }, "--subresource=status");
  const say = (verb: string, name = "book-info"): Promise<Outcome> =>
    bed.run([process.execPath, program, verb, name, "-n", namespace]);

  async function passes(write: Promise<Outcome>): Promise<void> {
    const { code, stderr } = await write;
    expect(code, stderr).to.equal(0);
  }
  async function isRefused(write: Promise<Outcome>): Promise<void> {
    const { code, stderr } = await write;
    expect(code, stderr).to.equal(1);
    expect(stderr).to.match(/failed calling webhook/);
  }

  before(async function () {
    this.timeout(0);
    bed = await bedOfTest({ kubevela: false });
    const definitions = join(sourceRoot, "manifests/kubevela");
    await bed.mustKubectl(["create", "-k", definitions]);
    await bed.mustKubectl([
      "wait",
      "--for=condition=Established",
      "--timeout=60s",
      "-f",
      join(definitions, "crds.yaml"),
    ]);
    rollguard = await Rollguard.install(bed, "3s");
    await bed.mustKubectl(["create", "namespace", namespace]);
  });
  after(() => bed?.stop());

  it("is made only where there is none", async () => {
    await bed.mustKubectl(["annotate", "crd", "applications.core.oam.dev", "somebody=else"]);
    const { code, stderr } = await bed.kubectl(["create", "-k", join(sourceRoot, "manifests/kubevela")]);
    expect(code).to.equal(1);
    expect(stderr).to.match(/"applications.core.oam.dev" already exists/);
    const kept = await bed.mustKubectl(["get", "crd", "applications.core.oam.dev", "-o", "yaml"]);
    expect(kept).to.contain("somebody: else");
    await bed.mustKubectl(["replace", "-k", join(sourceRoot, "manifests/kubevela")]);
  });

  describe("with nobody to answer them", () => {
    before(async () => {
      for (const [name, workflow] of Object.entries(stored)) {
        await passes(bed.kubectl(["apply", "-f", "-"], { input: JSON.stringify(application(name)) }));
        await passes(patchStatus(workflow, name));
      }
      rollguard.process.kill("SIGKILL");
      await until(() => rollguard.process.hasEnded, "it has ended");
    });
    after(() => rollguard.restart());

    it("let a status pass that commands nothing", () => passes(patchStatus({ ...running, message: "on its way" })));

    it("refuse one that says that all is done, or that another run is on its way", async () => {
      await isRefused(patchStatus({ ...running, status: "succeeded", finished: true }));
      await isRefused(patchStatus({ ...running, appRevision: "book-info-v9" }));
    });

    it("let a finalizer pass", () => passes(patch("book-info", { metadata: { finalizers: ["example.org/wait"] } })));

    it("refuse another spec, and another label", async () => {
      await isRefused(patch("book-info", { spec: { workflow: { steps: [] } } }));
      await isRefused(patch("book-info", { metadata: { labels: { team: "one" } } }));
    });

    it("let a workflow be suspended and terminated, and keep it from going on", async () => {
      await passes(say("suspend"));
      for (const verb of ["resume", "restart"]) expect(await say(verb)).to.have.property("code", 1);
      await passes(say("terminate"));
      await isRefused(patchStatus({ terminated: false }));
      await isRefused(patchStatus(null));
    });

    it("keep a step from being passed by whoever writes the status", async () => {
      const ways: readonly (readonly [string, JsonObject, JsonObject])[] = [
        ["waiting", waits, { ...waits, phase: "succeeded" }],
        ["grouped", group, { ...group, subSteps: [{ ...waits, phase: "skipped" }] }],
      ];
      for (const [name, open, passed] of ways) {
        await isRefused(patchStatus({ steps: [passed] }, name));
        await isRefused(patchStatus({ steps: [open, { ...passed, name: "later" }] }, name));
        await isRefused(patchStatus({ steps: [open, { ...open, name: "later", phase: "running" }] }, name));
        await passes(patchStatus({ steps: [open, { ...waits, name: "later", phase: "pending" }] }, name));
        await isRefused(patchStatus({ steps: [{ ...open, phase: "failed" }] }, name));
      }
      await isRefused(patchStatus({ steps: [{ ...waits, phase: "running" }] }, "waiting"));
      await isRefused(patchStatus({ steps: [{ ...group, subSteps: [{ ...waits, phase: "running" }] }] }, "grouped"));
    });

    it("keep a wait from being shortened", async () => {
      const since = (firstExecuteTime: string | null) => ({ steps: [{ ...waits, firstExecuteTime }] });
      await passes(patchStatus(since(null), "waiting"));
      await isRefused(patchStatus(since("2026-01-01T00:00:00Z"), "waiting"));
      await isRefused(patchStatus({ steps: [{ ...waits, message: "Suspended for 30m" }] }, "waiting"));
      const timed = (message: string) => ({ steps: [{ ...group, subSteps: [{ ...waits, message }] }] });
      await isRefused(patchStatus(timed("Suspended for 30m"), "grouped"));
      await passes(patchStatus(timed("Suspended by field suspend"), "grouped"));
    });

    for (const name of ["long", "full", "deep"])
      it(`let a workflow be suspended and terminated that has as many steps as one can have: ${name}`, async () => {
        await passes(say("suspend", name));
        await passes(say("terminate", name));
      });

    it("let an Application go that has no spec, stored while they were away", async () => {
      const bare = { apiVersion: "core.oam.dev/v1beta1", kind: "Application", metadata: { name: "bare", namespace } };
      const held = { ...bare, metadata: { ...bare.metadata, finalizers: ["example.org/wait"] } };
      await bed.mustKubectl(["delete", configurations, "rollguard"]);
      await until(
        async () => (await bed.kubectl(["create", "-f", "-"], { input: JSON.stringify(held) })).code === 0,
        "it is stored",
      );
      await applyManifests(bed);
      await until(async () => (await patch("bare", { metadata: { labels: paused } })).code === 1, "they are back");
      await passes(patch("bare", { metadata: { finalizers: ["example.org/wait", "example.org/other"] } }));
      await passes(inNamespace("delete", "application", "bare", "--wait=false"));
      await passes(patch("bare", { metadata: { labels: paused } }));
      await passes(patch("bare", { metadata: { finalizers: null } }));
      expect((await inNamespace("get", "application", "bare")).stderr).to.match(/not found/);
    });
  });

  describe("with somebody to answer again", () => {
    it("let everything pass that is right", async () => {
      await passes(patch("book-info", { metadata: { labels: { team: "one" } } }));
      await passes(say("restart"));
    });
  });

  describe("that add what is missing", () => {
    const lacking = "webhooks-lacking";
    before(() => bed.mustKubectl(["create", "namespace", lacking]));

    const tried = (change: JsonObject): Promise<Outcome> => {
      const metadata = { name: "tried", namespace: lacking, ...asObject(change["metadata"]) };
      const object = { ...exampleIn(lacking, "bookinfo"), metadata };
      const spec = { ...asObject(own(object, "spec")), ...asObject(change["spec"]) };
      const input = JSON.stringify({ ...object, spec: change["spec"] === null ? null : spec });
      return bed.kubectl(["create", "--dry-run=server", "-o", "json", "-f", "-"], { input });
    };
    const stored = async (change: JsonObject): Promise<JsonObject> => {
      const { code, stdout, stderr } = await tried(change);
      expect(code, stderr).to.equal(0);
      return JSON.parse(stdout);
    };
    const label = (object: JsonObject): Json | undefined =>
      own(own(own(object, "metadata"), "labels"), "sidecar.istio.io/inject");
    const apply = { type: "apply-component", properties: { component: "details" } };
    const group = { name: "g", type: "step-group", subSteps: [apply] };

    it("name steps, and those of groups", async () => {
      const named = async (steps: readonly Json[]) =>
        JSON.stringify(own(own(own(await stored({ spec: { workflow: { steps } } }), "spec"), "workflow"), "steps"));
      expect(await named([apply])).to.include('"name":"step-0"');
      expect(await named([{ ...apply, name: "" }])).to.include('"name":"step-0"');
      expect(await named([group])).to.include('"name":"step-0-0"');
    });

    it("ask for sidecars where weights need them, and nobody says anything else", async () => {
      expect(label(await stored({}))).to.equal("true");
      expect(
        label(await stored({ spec: { components: [{ name: "a", type: "webservice", properties: { image: "a" } }] } })),
      ).to.equal(undefined);
      expect(label(await stored({ metadata: { labels: { "sidecar.istio.io/inject": "yes" } } }))).to.equal("yes");
      await bed.mustKubectl(["label", "namespace", lacking, "istio-injection=enabled"]);
      await until(async () => label(await stored({})) === undefined, "the namespace injects");
      await bed.mustKubectl(["label", "namespace", lacking, "istio-injection-"]);
      await until(async () => label(await stored({})) === "true", "the namespace injects no more");
    });

    it("leave what is malformed, or larger than is possible, to those that judge", async () => {
      const traits = Array.from({ length: 10_000 }, () => ({ type: "scaler" }));
      const specs: readonly Json[] = [
        null,
        { workflow: null },
        { workflow: "a" },
        { workflow: { steps: "a" } },
        { workflow: { steps: ["a", null, { name: 1 }, { name: "n", subSteps: "a" }, { name: "n", subSteps: [1] }] } },
        { components: "a" },
        { components: ["a", null, { traits: "a" }, { traits: ["a", null, {}, { type: 1 }] }] },
        { components: Array.from({ length: 10 }, (_, i) => ({ name: `c${i}`, type: "webservice", traits })) },
      ];
      for (const spec of specs) {
        const { code, stderr } = await tried({ spec });
        if (code !== 0) expect(stderr, JSON.stringify(spec)).to.match(/is invalid|denied the request/);
        expect(stderr, JSON.stringify(spec)).not.to.match(/condition|expression/i);
      }
    });
  });

  describe("and their certificates", () => {
    it("are trusted a moment after the configurations were made anew", async () => {
      await bed.mustKubectl(["delete", configurations, "rollguard"]);
      await applyManifests(bed);
      expect(await until(() => rollguard.isAsked(), "they are asked")).to.be.below(15_000);
    });

    it("are trusted all the time where the Secret is deleted", async () => {
      const serial = () => inHome("get", "secret", place.secret, "-o", "jsonpath={.data.tls\\.crt}");
      const inHome = (...args: readonly string[]) => bed.kubectl(["-n", place.namespace, ...args]);
      const before = (await serial()).stdout;
      await passes(inHome("delete", "secret", place.secret));
      const isReloaded = async () => {
        expect(await rollguard.isAsked()).to.equal(true);
        return /certificate reloaded/.test(rollguard.process.tail(200));
      };
      await until(isReloaded, "another certificate is served");
      expect((await serial()).stdout)
        .to.match(/./)
        .and.not.equal(before);
      expect(await rollguard.isAsked()).to.equal(true);
    });
  });

  describe("and the rights of their ServiceAccount", () => {
    const derived = "deployment,service,job,cronjob,horizontalpodautoscaler";
    const there = async (): Promise<string[]> => {
      const { stdout } = await inNamespace("get", derived, "-l", "app.oam.dev/name=kinds", "-o", "name");
      return stdout
        .split("\n")
        .filter((line) => line !== "")
        .sort();
    };
    const kinds = (components: readonly JsonObject[], image = "busybox:1"): string =>
      JSON.stringify({
        apiVersion: "core.oam.dev/v1beta1",
        kind: "Application",
        metadata: { name: "kinds", namespace, finalizers: ["app.oam.dev/orphan-resource"] },
        spec: { components: components.map((it) => ({ ...it, properties: { image, ...asObject(it["properties"]) } })) },
      });
    const web = {
      name: "web",
      type: "webservice",
      properties: { cpu: "100m", ports: [{ port: 80, expose: true }] },
      traits: [{ type: "cpuscaler", properties: { min: 1, max: 2 } }],
    };
    const once = { name: "once", type: "task", properties: { cmd: ["true"] } };
    const nightly = { name: "nightly", type: "cron-task", properties: { schedule: "0 3 * * *", cmd: ["true"] } };
    const apply = (input: string): Promise<void> => passes(bed.kubectl(["apply", "-f", "-"], { input }));

    it("are enough to look whether the pod of a proxy is gone", async () => {
      const account = `system:serviceaccount:${place.namespace}:${place.name}`;
      expect(await bed.mustKubectl(["auth", "can-i", "get", "pods", "-A", `--as=${account}`])).to.equal("yes\n");
    });

    it("are enough to make, change, take away and let go every kind", async () => {
      await apply(kinds([web, once, nightly]));
      const all = [
        "cronjob.batch/nightly",
        "deployment.apps/web",
        "horizontalpodautoscaler.autoscaling/web",
        "job.batch/kinds-once",
        "service/web",
      ];
      await until(async () => `${await there()}` === `${all}`, "one of each");
      const uid = () => inNamespace("get", "job", "kinds-once", "-o", "jsonpath={.metadata.uid}");
      const before = (await uid()).stdout;
      await apply(kinds([web, once, nightly], "busybox:2"));
      await until(async () => !["", before].includes((await uid()).stdout), "another Job");
      await apply(kinds([web], "busybox:2"));
      const few = all.filter((name) => /web$/.test(name));
      await until(async () => `${await there()}` === `${few}`, "what is left");
      await passes(inNamespace("delete", "application", "kinds"));
      const owners = await inNamespace(
        "get",
        derived,
        "-l",
        "app.oam.dev/name=kinds",
        "-o",
        "jsonpath={.items[*].metadata.ownerReferences}",
      );
      expect([await there(), owners.stdout]).to.deep.equal([few, ""]);
      expect(rollguard.process.tail(400)).not.to.match(/forbidden/i);
    });
  });

  describe("without the right to see Services", () => {
    const kinds = (rule: Json): readonly Json[] => asList(own(rule, "resources"));

    before(async () => {
      const role: JsonObject = JSON.parse(await bed.mustKubectl(["get", "clusterrole", "rollguard", "-o", "json"]));
      const rules = asList(role["rules"]).filter((rule) => !kinds(rule).includes("services"));
      await bed.mustKubectl(["replace", "-f", "-"], { input: JSON.stringify({ ...role, rules }) });
      await rollguard.process.restart();
    });

    it("are not ready, and say why", async () => {
      const isSaid = async () => /kind Service is not complete \(Forbidden\)/.test((await rollguard.readiness()).body);
      await until(() => isSaid().catch(() => false), "the reason");
      await until(() => /cannot follow Service: GET .* is forbidden/.test(rollguard.process.tail(50)), "the log");
    });

    it("are ready once it is given", async () => {
      await applyManifests(bed);
      await rollguard.untilServing();
    });
  });
});
