import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { rollguard } from "../support/program.ts";
import type { User } from "./bed/control-plane.ts";
import { exampleIn, injected, onStand, phaseOf } from "./stand.ts";

const namespace = "verdicts";
const examples = "manifests/examples";

interface Verdict {
  readonly allowed: boolean;
  readonly violations: readonly { readonly field: string; readonly message: string; readonly rule: string }[];
  readonly warnings: readonly string[];
}

const lines = (text: string, begin: string): string[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith(begin))
    .map((line) => line.slice(begin.length).trim());

describe("verdicts of the API server", function () {
  this.timeout(120_000);
  const stand = onStand("3s", [namespace]);

  const asYaml = (file: string): string => JSON.stringify(exampleIn(namespace, file));
  const applied = (file: string, as: User = "admin") =>
    stand.bed.kubectl(["apply", "-f", "-"], { as, input: asYaml(file) });
  /** What `check` says of a file in the world as it is in the cluster. */
  async function checked(file: string): Promise<Verdict> {
    const world = await stand.bed.mustKubectl(["get", "-o", "json", "-A", kindsOfWorld]);
    const kept = join(stand.bed.folder, "world.json");
    writeFileSync(kept, world);
    const { stdout } = rollguard(["check", "-", "--world", kept, "-o", "json"], asYaml(file));
    return JSON.parse(stdout)[0];
  }

  before(async () => {
    await stand.bed.apply(injected(namespace));
    expect((await applied("bookinfo")).code).to.equal(0);
    await stand.history.until("it runs", (now) => phaseOf(now, namespace) === "running");
  });

  for (const name of readdirSync(join(examples, "broken"))) {
    it(`refuses ${name} with the causes that check prints`, async () => {
      const file = `broken/${name.replace(".yaml", "")}`;
      const verdict = await checked(file);
      expect(verdict.allowed).to.equal(false);
      const { code, stderr } = await applied(file);
      expect(code).to.equal(1);
      const said = lines(stderr, verdict.violations.length > 1 ? "* " : `The Application "book-info" is invalid: `);
      expect(said, stderr).to.deep.equal(
        verdict.violations.map(({ field, message, rule }) => `${field}: ${message} (${rule})`),
      );
    });
  }

  it("admits what check admits, with its warnings", async () => {
    const verdict = await checked("bookinfo-canary");
    const { code, stderr } = await applied("bookinfo-canary");
    expect([code, lines(stderr, "Warning: ")]).to.deep.equal([0, verdict.warnings]);
    expect(verdict.warnings[0]).to.match(/^plan: /);
    await stand.history.until("it waits", (now) => phaseOf(now, namespace) === "workflowSuspending");
    const back = await checked("bookinfo-rollback");
    expect(lines((await applied("bookinfo-rollback")).stderr, "Warning: ")).to.deep.equal(back.warnings);
    await stand.history.until("it runs", (now) => phaseOf(now, namespace) === "running");
  });

  it("refuses who may not do what an Application implies", async () => {
    const role = (name: string, ...args: string[]) =>
      stand.bed.mustKubectl(["-n", namespace, "create", "role", name, "--verb=get,create,patch", ...args]);
    const bind = (name: string) =>
      stand.bed.mustKubectl(["-n", namespace, "create", "rolebinding", name, "--role", name, "--user=dev"]);
    await role("author", "--resource=applications.core.oam.dev");
    await bind("author");
    const { code, stderr } = await applied("bookinfo", "dev");
    expect(code).to.equal(1);
    expect(stderr).to.match(/may not .*create deployments.apps.*\(requester-may-do-it\)/);
    const implied = "deployments.apps,services,gateways.networking.istio.io,virtualservices.networking.istio.io";
    await role("deployer", `--resource=${implied},destinationrules.networking.istio.io`);
    await bind("deployer");
    // An answer about rights is kept for 10 s.
    const deadline = Date.now() + 20_000;
    let last = await applied("bookinfo", "dev");
    while (last.code !== 0 && Date.now() < deadline) last = await applied("bookinfo", "dev");
    expect(last.code, last.stderr).to.equal(0);
  });
});

const kindsOfWorld =
  "applications,controllerrevisions,componentrollouts,deployments,services,gateways,virtualservices,destinationrules,namespaces,crds";
