import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { asList, at, type JsonObject, own } from "../../src/model/json.ts";
import { example } from "../support/cases.ts";
import type { Bed } from "./bed/bed.ts";
import type { Outcome } from "./bed/processes.ts";
import { injected, onStand } from "./stand.ts";

const program = resolve("dist/rollguard.js");
const manifest = (name: string) => resolve(`manifests/examples/${name}.yaml`);
const commands = ["resume", "suspend", "terminate", "restart"] as const;

/** What a live workflow looks like that nobody drives. */
const workflow = (suspend: boolean): JsonObject => ({
  appRevision: "manual-v1",
  mode: "StepByStep-DAG",
  status: suspend ? "suspending" : "executing",
  suspend,
  terminated: false,
  finished: false,
  startTime: "2026-01-01T00:00:00Z",
  steps: [
    { id: "a", name: "first", type: "canary-rollout", phase: "succeeded" },
    {
      id: "b",
      name: "second",
      type: suspend ? "suspend" : "canary-rollout",
      phase: suspend ? "suspending" : "running",
    },
  ],
});

describe("the live verbs, on a real control plane", function () {
  this.timeout(120_000);
  const stand = onStand("3s", ["default", "apart"]);
  let bed: Bed;
  let folder: string;

  const rollguard = (args: string, options: Parameters<Bed["run"]>[1] = {}): Promise<Outcome> =>
    bed.run([process.execPath, program, ...args.split(" ")], options);

  /** What a verb printed that was to succeed. */
  async function told(args: string): Promise<string> {
    const { code, stdout, stderr } = await rollguard(args);
    const faults = stderr.replaceAll(/^Warning: .*\n/gm, "");
    expect([code, faults], `${args}: ${stdout}`).to.deep.equal([0, ""]);
    return stdout;
  }

  /** The one line of a verb that was to be refused. */
  async function refused(args: string, options?: Parameters<Bed["run"]>[1]): Promise<string> {
    const { code, stdout, stderr } = await rollguard(args, options);
    expect([code, stdout], `${args}: ${stderr}`).to.deep.equal([1, ""]);
    expect(stderr).to.match(/^rollguard: [^\n]+\n$/);
    return stderr.slice("rollguard: ".length, -1);
  }

  const seen = async (name: string, namespace = "default"): Promise<JsonObject> =>
    JSON.parse(await told(`get ${name} -n ${namespace} -o json`));

  async function until(holds: (view: JsonObject) => boolean, what: string): Promise<JsonObject> {
    const end = performance.now() + 60_000;
    for (;;) {
      const view = await seen("book-info");
      if (holds(view)) return view;
      if (performance.now() > end) throw new Error(`not within 60 s: ${what}; ${JSON.stringify(view)}`);
      await sleep(300);
    }
  }

  const isSuspended = ({ phase }: JsonObject): boolean => phase === "workflowSuspending";
  const runs = (revision: string) => (view: JsonObject) =>
    view["phase"] === "running" && own(asList(view["components"])[0], "stable") === revision && view["isSeen"] === true;

  before(async () => {
    bed = stand.bed;
    folder = join(bed.folder, "verbs");
    mkdirSync(folder);
    await bed.apply(injected("default"));
    await bed.mustKubectl(["apply", "-f", manifest("bookinfo")]);
    await until(runs("reviews-v1"), "bookinfo runs");
  });

  describe("the story of the seed", () => {
    it("shows an Application that runs, and refuses what it cannot take", async () => {
      const tree = await told("get book-info");
      expect(tree).to.match(/^now {4}nothing to do\n\nNAME +STATUS +AGE\nbook-info +running +\d+s\n/);
      expect(tree).to.match(/\n│ {2}└─ reviews-v1 +●● ██████████ 100% +stable +\S+reviews-v2:1\.16\.2\n/);
      expect(tree).to.match(/\n│ {5}├─ reviews-v1-\S+ +Ready +\d+s\n/);
      expect(await refused("resume book-info")).to.equal(
        "resume workflow not allowed because application book-info is running: its workflow has ended",
      );
      expect(await refused("rollback book-info")).to.equal("book-info has no rollout to take back");
      expect(await refused("resume nobody")).to.equal("there is no Application default/nobody");
    });

    it("shows where a canary waits, and in a table", async () => {
      await bed.mustKubectl(["apply", "-f", manifest("bookinfo-canary")]);
      await until(isSuspended, "the canary waits");
      const tree = await told("get book-info");
      expect(tree.split("\n").slice(0, 4)).to.deep.equal([
        "steps  ✓ rollout-1st-batch  ‖ manual-approval  · rollout-rest",
        "now    suspended at manual-approval; a person goes on with rollguard resume book-info, or back with rollguard rollback book-info",
        "next   rollguard resume book-info    rollout-rest: reviews 2/2 pods, 100% reviews-v2",
        "       rollguard rollback book-info  reviews back to reviews-v1",
      ]);
      expect(tree).to.match(/\n│ {2}├─ reviews-v1 +● █████████░ {2}90% +stable/);
      const [head, row] = (await told("list -A")).split("\n");
      expect(head?.split(/ {2,}/)).to.deep.equal(
        "NAMESPACE,NAME,PHASE,STEP,COMPONENT,STABLE,TARGET,BATCH,WEIGHT,AGE,WAITS FOR".split(","),
      );
      expect(row).to.match(
        /^default +book-info +workflowSuspending +manual-approval +reviews +reviews-v1 +reviews-v2 +1\/2 +10% +\d+s +suspended at/,
      );
    });

    it("goes on, and tells each change where output is no terminal until Ctrl-C", async () => {
      const watched = `trap : INT; ${process.execPath} ${program} get book-info -w; echo ended $?`;
      const watching = bed.start({ name: "watching", command: ["sh", "-c", watched] });
      const lines = () => readFileSync(watching.log, "utf8");
      while (!lines().includes("suspended at manual-approval")) await sleep(100);
      expect(await refused("resume book-info --step nope")).to.equal(
        "can not find step nope: it is workflowSuspending at manual-approval",
      );
      expect(await told("resume book-info")).to.equal(
        "book-info is resumed: next is rollout-rest: reviews 2/2 pods, 100% reviews-v2\n",
      );
      await until(runs("reviews-v2"), "the rollout is complete");
      while (!lines().includes("nothing to do")) await sleep(100);
      watching.kill("SIGINT");
      while (!lines().includes("\nended")) await sleep(100);
      expect(lines()).to.match(/\nended 0\n$/);
      expect(lines()).to.match(/\n\S+Z {2}running {2}reviews Stable 2\/2: reviews-v2 2\/2 100% {2}nothing to do\n/);
      expect((await bed.vela(["status", "book-info"])).stdout).to.match(
        /Suspend: false[\s\S]+name: manual-approval\s+type: suspend\s+phase: succeeded/,
      );
    });

    it("goes back to an older revision, or prints the manifest that does", async () => {
      const exported = await told("rollback book-info --to reviews-v1 --export");
      expect(exported).to.match(
        /^apiVersion: core\.oam\.dev\/v1beta1\nkind: Application\nmetadata:\n {2}name: book-info\n {2}namespace: default\nspec:\n/,
      );
      expect(exported).to.include("targetRevision: reviews-v1").and.not.to.include("workflow:");
      expect(await told("rollback book-info --to reviews-v1")).to.equal(
        "book-info goes back: reviews to reviews-v1, and its workflow is dropped\n",
      );
      await until(runs("reviews-v1"), "reviews-v1 runs");
      const again = await bed.mustKubectl(["diff", "-f", "-"], { input: exported });
      expect(again).to.equal("");
    });

    it("takes a suspended canary back, and can hurry", async () => {
      await bed.mustKubectl(["apply", "-f", manifest("bookinfo-canary")]);
      await until(isSuspended, "the canary waits");
      await told("rollback book-info");
      await told("rollback book-info --now");
      const stored = async () =>
        JSON.parse(await bed.mustKubectl(["get", "application", "book-info", "-o", "json"])) as JsonObject;
      expect(at(await stored(), "metadata", "annotations", "rollguard.dev/return")).to.equal("at-once");
      await until(runs("reviews-v1"), "reviews-v1 runs");
      const end = performance.now() + 10_000;
      while (at(await stored(), "metadata", "annotations", "rollguard.dev/return") !== undefined) {
        if (performance.now() > end) throw new Error("the annotation is still there 10 s after all is back");
        await sleep(100);
      }
    });

    it("is a plugin of kubectl", async () => {
      symlinkSync(program, join(folder, "kubectl-rollguard"));
      const path = `PATH=${folder}:${join(process.execPath, "..")}:/usr/bin:/bin`;
      const plugin = (...args: string[]) => bed.run(["env", path, bed.binaries.path.kubectl, "rollguard", ...args]);
      expect((await plugin("get", "--help")).stdout).to.match(/^Usage: kubectl rollguard get \[options\] <app>\n/);
      expect((await plugin("list")).stdout).to.match(/\ndefault +book-info +running/);
      expect(await plugin("resume", "book-info")).to.include({ code: 1 });
    });
  });

  describe("beside the vela CLI", () => {
    const namespace = "apart";
    /** KubeVela's CLI keeps controllers away like this while it works. */
    const annotations = { "app.oam.dev/controller-version-require": "Disabled" };
    const make = async (name: string, suspend: boolean): Promise<void> => {
      const spec = { components: [{ name, type: "worker", properties: { image: "busybox:1.36" } }] };
      const { apiVersion, kind } = example("bookinfo");
      await bed.apply({ apiVersion, kind, metadata: { name, namespace, annotations }, spec });
      const status = { status: "workflowSuspending", workflow: workflow(suspend) };
      const patch = JSON.stringify({ status });
      await bed.mustKubectl([
        "-n",
        namespace,
        "patch",
        "application",
        name,
        "--subresource=status",
        "--type=merge",
        "-p",
        patch,
      ]);
    };
    const statusOf = async (name: string): Promise<unknown> =>
      own(JSON.parse(await bed.mustKubectl(["-n", namespace, "get", "application", name, "-o", "json"])), "status");

    before(async () => {
      await bed.mustKubectl(["create", "namespace", namespace]);
    });

    for (const [i, verb] of commands.entries()) {
      it(`${verb} writes what it writes`, async () => {
        const names = [`ours-${i}`, `theirs-${i}`] as const;
        for (const name of names) await make(name, verb !== "suspend");
        await told(`${verb} ${names[0]} -n ${namespace}`);
        const theirs = await bed.vela(["workflow", verb, names[1], "-n", namespace]);
        expect(theirs.code, theirs.stderr).to.equal(0);
        expect(await statusOf(names[0])).to.deep.equal(await statusOf(names[1]));
      });
    }

    it("is not lost when somebody else writes all the time", async () => {
      await make("busy", true);
      const path = `/apis/core.oam.dev/v1beta1/namespaces/${namespace}/applications/busy`;
      const ending = new AbortController();
      let writes = 0;
      const writing = (async () => {
        const headers = { "content-type": "application/merge-patch+json" };
        for (; !ending.signal.aborted; writes++) {
          const body = JSON.stringify({ metadata: { annotations: { beat: String(writes) } } });
          expect((await bed.api(path, { method: "PATCH", body, headers })).status).to.equal(200);
          await sleep(20);
        }
      })();
      for (let turn = 0; turn < 8; turn++) {
        await told(`resume busy -n ${namespace}`);
        await told(`suspend busy -n ${namespace}`);
      }
      ending.abort();
      await writing;
      expect(writes).to.be.greaterThan(50);
    });

    it("says in one line what a person may not do, and shows what may be read", async () => {
      expect(await refused(`resume busy -n ${namespace}`, { as: "dev" })).to.match(
        /applications\.core\.oam\.dev "busy" is forbidden: User "dev" cannot get/,
      );
      const may = ["--verb=get,list,watch", "--resource=applications.core.oam.dev"];
      await bed.mustKubectl(["-n", namespace, "create", "role", "reader", ...may]);
      await bed.mustKubectl(["-n", namespace, "create", "rolebinding", "reader", "--role=reader", "--user=dev"]);
      const { code, stdout } = await rollguard(`get busy -n ${namespace}`, { as: "dev" });
      expect(code).to.equal(0);
      expect(stdout).to.match(/\nbusy +workflowSuspending/);
      expect(stdout).to.match(/\nnot shown, since it cannot be read: .*Pod/);
    });

    it("says that a cluster cannot be reached, and that a kubeconfig is of no use", async () => {
      const { code, stderr } = await rollguard("list --context nowhere");
      expect([code, stderr]).to.deep.equal([
        2,
        "rollguard: the kubeconfig cannot be used: it has no context nowhere\n",
      ]);
    });
  });
});
