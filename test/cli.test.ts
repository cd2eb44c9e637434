import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { wrapped } from "../src/cli/print.ts";
import { type Ended, programPath, rollguard, scratchFile, scratchFolder } from "./support/program.ts";

const example = (name: string) => `manifests/examples/${name}.yaml`;
const [first, canary, back] = ["bookinfo", "bookinfo-canary", "bookinfo-rollback"].map(example) as [
  string,
  string,
  string,
];
/** Runs a command line with the program as $PROGRAM. */
function inShell(command: string): Ended {
  const env = { ...process.env, PROGRAM: `${process.execPath} ${programPath}` };
  const { status, stdout, stderr } = spawnSync("bash", ["-c", command], { encoding: "utf8", env });
  return { status, stdout, stderr };
}
const judge = (...args: string[]) => JSON.parse(rollguard(["check", "-o", "json", ...args]).stdout);

describe("rollguard", () => {
  it("breaks lines between words where a terminal is too narrow for them", () => {
    const line = "  10:3  field: one two \u001b[2m(three)\u001b[22m and some more words to fill it";
    expect(wrapped(line, 10, 50).split("\n")).to.deep.equal([
      "  10:3  field: one two \u001b[2m(three)\u001b[22m and some more words",
      "          to fill it",
    ]);
    expect([wrapped(line, 10, 100), wrapped(line, 10, 20), wrapped(line, 10)]).to.deep.equal([line, line, line]);
  });

  it("explains itself", () => {
    expect(rollguard(["--help"]).status).to.equal(0);
    expect(rollguard(["--version"]).stdout).to.equal("0.1.0\n");
    for (const verb of ["check", "serve", "certs", "docs"])
      expect(rollguard([verb, "--help"]).stdout, verb).to.include("Usage: rollguard");
  });

  const misuse: readonly [readonly string[], RegExp][] = [
    [["frob"], /unknown command 'frob'/],
    [["check"], /missing required argument 'file'/],
    [["check", first, "-o", "xml"], /Allowed choices are text, json, sarif/],
    [["check", first, "--frob"], /unknown option '--frob'/],
    [["check", "nowhere.yaml"], /nowhere\.yaml: no such file or folder/],
    [["check", first, "--after", "nowhere.yaml"], /nowhere\.yaml: no such file/],
    [["check", first, "--world", "nowhere"], /nowhere: no such file/],
    [["check", "package.json"], /no core\.oam\.dev\/v1beta1 Application in package\.json/],
    [["serve"], /needs a --kubeconfig, or a --world/],
    [
      ["serve", "--world", "manifests", "--tls-cert", "nowhere.crt"],
      /nowhere\.crt: no such file; make one with rollguard certs/,
    ],
    [["serve", "--world", "manifests", "--port", "99999"], /must be a number from 0 to 65535/],
    [["certs"], /required option '--out <dir>'/],
    [["certs", "--out", "nowhere", "--days", "0"], /must be a number from 1 to 3650/],
    [["certs", "--out", "nowhere", "--name", "no name"], /"no name" is neither a DNS name nor an IP address/],
    [["docs", "frob"], /there is no page frob/],
    [["get"], /missing required argument 'app'/],
    [["list", "-o", "yaml"], /Allowed choices are text, json/],
    [["terminate", "shop", "--step", "first"], /unknown option '--step'/],
    [["resume", "shop", "--kubeconfig", "nowhere"], /the kubeconfig cannot be used: .*nowhere/],
  ];
  for (const [args, says] of misuse) {
    it(`answers one line and exit code 2 to ${args.join(" ")}`, () => {
      const { status, stdout, stderr } = rollguard(args);
      expect([status, stdout]).to.deep.equal([2, ""]);
      expect(stderr)
        .to.match(says)
        .and.to.match(/^rollguard: [^\n]+\n$/);
    });
  }

  it("shows its verbs to who names none, and a stack to who asks for it", () => {
    const { status, stdout, stderr } = rollguard([]);
    expect([status, stdout]).to.deep.equal([2, ""]);
    expect(stderr).to.match(/^Usage: rollguard/);
    const told = inShell("ROLLGUARD_DEBUG=1 $PROGRAM check nowhere 2>&1");
    expect(told.stdout).to.match(/^rollguard: nowhere: no such file or folder\nrollguard: Error.*\nrollguard: +at /);
  });

  describe("check", () => {
    const folder = scratchFolder();

    it("prints verdicts as JSON, one object with these keys for each Application", () => {
      const [verdict, ...rest] = judge(canary, "--after", first);
      expect(rest).to.deep.equal([]);
      expect(Object.keys(verdict)).to.deep.equal(
        "file line kind namespace name operation allowed violations warnings patch notChecked".split(" "),
      );
      const { patch, warnings, notChecked, ...head } = verdict;
      expect(head).to.deep.equal({
        file: canary,
        line: 1,
        kind: "Application",
        namespace: "default",
        name: "book-info",
        operation: "UPDATE",
        allowed: true,
        violations: [],
      });
      expect(warnings).to.deep.equal([
        "plan: reviews v1 -> v2: 1/2 pods at 10%, manual-approval waits for resume, 2/2 pods at 100%",
        'productpage: host "*" takes the requests for every host, name yours (gateway-host-is-specific)',
      ]);
      expect(patch.at(-1)).to.deep.equal({
        op: "add",
        path: "/metadata/labels/sidecar.istio.io~1inject",
        value: "true",
      });
      expect(notChecked).to.include.members([
        "derived-objects-are-ours",
        "istio-is-installed",
        "gateway-routes-are-unclaimed",
      ]);
    });

    it("prints what is wrong with line and column, and ends with 1", () => {
      const { status, stdout } = rollguard(["check", "manifests/examples/broken/weights.yaml", "--after", first]);
      expect(status).to.equal(1);
      expect(stdout.split("\n").slice(0, 2)).to.deep.equal([
        "manifests/examples/broken/weights.yaml:2  Application default/book-info  UPDATE  refused: 1 violation",
        "  97:15  spec.workflow.steps[0].properties.traffic.weightedTargets: weights total 110 (90+20), must total 100 (weights-total-100)",
      ]);
      expect(stdout).to.match(/\n0 admitted, 1 refused\n$/);
    });

    it("judges standard input, folders and every document of a file, each by itself", () => {
      expect(rollguard(["check", "-"], readFileSync(first, "utf8")).stdout).to.match(
        /^-:1 {2}Application default\/book-info {2}CREATE {2}admitted/,
      );
      const both = scratchFile(
        folder,
        "both.yaml",
        `${readFileSync(first, "utf8")}\n---\n${readFileSync(canary, "utf8")}`,
      );
      expect(judge(both).map(({ line, allowed }: { line: number; allowed: boolean }) => [line, allowed])).to.deep.equal(
        [
          [1, true],
          [83, false],
        ],
      );
      expect(judge("manifests/examples")).to.have.length.above(5);
    });

    it("takes the live object from a world, with its status", () => {
      const stored = readFileSync(canary, "utf8").replace("metadata:\n", "metadata:\n  generation: 2\n");
      const status =
        "\nstatus:\n  observedGeneration: 2\n  workflow:\n    appRevision: book-info-v2\n    mode: StepByStep-DAG\n    status: suspending\n    suspend: true\n    terminated: false\n    finished: false\n    steps:\n    - {id: a, name: rollout-1st-batch, type: canary-rollout, phase: succeeded}\n    - {id: b, name: manual-approval, type: suspend, phase: suspending}\n";
      const world = scratchFile(folder, "world.yaml", stored + status);
      const crds = ["virtualservices", "destinationrules", "gateways"].map(
        (name) =>
          `---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ${name}.networking.istio.io}\n`,
      );
      const more = scratchFile(
        folder,
        "more.yaml",
        `apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {istio-injection: enabled}}\n${crds.join("")}`,
      );
      const [verdict] = judge(back, "--after", first, "--after", canary, "--world", world, "--world", more);
      expect(verdict.violations).to.deep.equal([]);
      const rules = verdict.warnings.map((line: string) => /\(([\w-]+)\)$/.exec(line)?.[1] ?? line.slice(0, 5)).sort();
      expect(rules).to.deep.equal([
        "gateway-host-is-specific",
        "partition-is-within-batches",
        "plan:",
        "target-revision-is-not-pinned",
        "waiting-workflow-is-kept",
      ]);
      expect([verdict.patch, verdict.notChecked]).to.deep.equal([[], []]);
    });

    it("prints SARIF with places", () => {
      const { status, stdout } = rollguard([
        "check",
        "-o",
        "sarif",
        "manifests/examples/broken/weights.yaml",
        "--after",
        first,
      ]);
      const { version, runs } = JSON.parse(stdout);
      expect([status, version, runs.length]).to.deep.equal([1, "2.1.0", 1]);
      const [{ tool, results }] = runs;
      const error = results.find(({ level }: { level: string }) => level === "error");
      expect(tool.driver.rules[error.ruleIndex].id).to.equal(error.ruleId);
      expect(error.locations[0].physicalLocation).to.deep.equal({
        artifactLocation: { uri: "manifests/examples/broken/weights.yaml" },
        region: { startLine: 97, startColumn: 15 },
      });
    });

    it("escapes what a terminal would obey", () => {
      const file = scratchFile(
        folder,
        "escape.yaml",
        readFileSync(first, "utf8").replace("type: webservice", 'type: "web\\e[31mservice"'),
      );
      expect(rollguard(["check", file]).stdout)
        .to.match(/\\u001b\[31m/)
        .and.not.to.include("\u001b");
    });

    it("keeps JSON free of it too, and JSON", () => {
      const name = "we\u009bb\u202e\u{e0001}";
      const file = scratchFile(
        folder,
        "hidden.yaml",
        readFileSync(first, "utf8").replace("name: book-info", `name: "${name}"`),
      );
      const { stdout } = rollguard(["check", "-o", "json", file]);
      expect(stdout).to.match(/^[\n -~]+$/);
      expect(JSON.parse(stdout)[0].name).to.equal(name);
    });

    it("names the documents that it does not judge", () => {
      const others = [
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: theirs}",
        "kind: ConfigMap",
      ];
      const file = scratchFile(folder, "mixed.yaml", [readFileSync(first, "utf8"), ...others].join("\n---\n"));
      expect(rollguard(["check", file]).stdout).to.match(
        /\n2 other documents not judged: Application theirs \(argoproj\.io\/v1alpha1\), ConfigMap \(no apiVersion\)\n\n1 admitted, 0 refused\n$/,
      );
      expect(judge(file)).to.have.length(1);
    });

    it("refuses an Application of another version, wherever it stands", () => {
      const file = scratchFile(folder, "old.yaml", readFileSync(first, "utf8").replace("v1beta1", "v1alpha2"));
      const refused = rollguard(["check", file, first]);
      expect(refused.status).to.equal(1);
      expect(refused.stdout).to.match(/apiVersion: is "core\.oam\.dev\/v1alpha2", core\.oam\.dev\/v1beta1 is required/);
      for (const option of ["--after", "--world"]) {
        const { status, stderr } = rollguard(["check", first, option, file]);
        expect(status).to.equal(2);
        expect(stderr).to.match(/old\.yaml:1: apiVersion must be core\.oam\.dev\/v1beta1\n$/);
      }
    });

    it("keeps its exit code when nobody reads on, and has none to give when the disk is full", function () {
      const refused = inShell("set -o pipefail; $PROGRAM check manifests/examples/broken | head -c 1; echo $?");
      expect(refused).to.deep.equal({ status: 0, stdout: "m1\n", stderr: "" });
      if (!existsSync("/dev/full")) this.skip();
      expect(inShell(`$PROGRAM check ${first} > /dev/full`)).to.deep.equal({
        status: 2,
        stdout: "",
        stderr: "rollguard: cannot write to standard output (ENOSPC)\n",
      });
    });

    it("ends quietly when nobody reads on", async () => {
      const child = spawn("sh", ["-c", `node ${programPath} check -o json manifests/examples | head -c 1; exit 0`], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      let said = "";
      child.stderr.on("data", (chunk) => {
        said += chunk;
      });
      await new Promise((resolve) => child.on("close", resolve));
      expect(said).to.equal("");
    });

    it("loads neither the server nor its packages", () => {
      const loaded = spawnSync(process.execPath, [programPath, "check", first], {
        encoding: "utf8",
        env: { ...process.env, NODE_DEBUG: "esm,module" },
      }).stderr;
      for (const name of ["express", "pino", "prom-client", "selfsigned", "client-node"])
        expect(loaded, name).not.to.match(new RegExp(`node_modules/(@[a-z]+/)?${name}/`));
      expect(loaded).to.match(/node_modules\/js-yaml\//);
    });
  });

  describe("certs", () => {
    it("writes a CA, a certificate and a key that only its owner reads", () => {
      const folder = scratchFolder();
      const { status, stdout } = rollguard([
        "certs",
        "--out",
        join(folder, "new"),
        "--name",
        "example.test",
        "--days",
        "3",
      ]);
      expect([status, stdout]).to.deep.equal([
        0,
        `wrote ca.crt, tls.crt and tls.key to ${folder}/new, for example.test, valid for 3 days\n`,
      ]);
      expect(statSync(join(folder, "new", "tls.key")).mode & 0o777).to.equal(0o600);
    });

    it("closes a key that was open to all", () => {
      const folder = scratchFolder();
      const key = scratchFile(folder, "tls.key", "");
      chmodSync(key, 0o644);
      expect(rollguard(["certs", "--out", folder]).stdout).to.include(
        "localhost, 127.0.0.1, ::1, rollguard.rollguard-system.svc",
      );
      expect(statSync(key).mode & 0o777).to.equal(0o600);
    });

    it("says where it cannot write", () => {
      const file = scratchFile(scratchFolder(), "file", "");
      if (existsSync("/proc"))
        expect(rollguard(["certs", "--out", "/proc/rollguard"]).stderr).to.match(/^rollguard: ENOENT.*\n$/);
      const { status, stderr } = rollguard(["certs", "--out", join(file, "new")]);
      expect(status).to.equal(2);
      expect(stderr).to.match(/^rollguard: ENOTDIR[^\n]+\n$/);
    });
  });
});
