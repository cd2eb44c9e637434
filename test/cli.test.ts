import { spawn, spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { programPath, rollguard, scratchFile, scratchFolder } from "./support/program.ts";

const example = (name: string) => `manifests/examples/${name}.yaml`;
const [first, canary, back] = ["bookinfo", "bookinfo-canary", "bookinfo-rollback"].map(example) as [
  string,
  string,
  string,
];
const judge = (...args: string[]) => JSON.parse(rollguard(["check", "-o", "json", ...args]).stdout);

describe("rollguard", () => {
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
    [["check", "package.json"], /no core\.oam\.dev Application in package\.json/],
    [["serve"], /needs a --world/],
    [
      ["serve", "--world", "manifests", "--tls-cert", "nowhere.crt"],
      /nowhere\.crt: no such file; make one with rollguard certs/,
    ],
    [["serve", "--world", "manifests", "--port", "99999"], /must be a number from 0 to 65535/],
    [["certs"], /required option '--out <dir>'/],
    [["docs", "frob"], /there is no page frob/],
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
  });
});
