import { expect } from "chai";
import { asObject } from "../../src/model/json.ts";
import { example } from "../support/cases.ts";
import { application, injected, isAlone, onStand, phaseOf, weightsIn } from "./stand.ts";

const namespace = "default";
const file = (name: string): string => `manifests/examples/${name}.yaml`;

describe("the story, with kubectl and vela", function () {
  this.timeout(180_000);
  const stand = onStand("3s", [namespace]);

  const kubectl = (...args: string[]) => stand.bed.mustKubectl(args);
  /** All it says: some blocks of one answer go to either output. */
  async function vela(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await stand.bed.vela(args);
    expect(code, `vela ${args.join(" ")}: ${stdout}${stderr}`).to.equal(0);
    return stdout + stderr;
  }
  const until = (phase: string) =>
    stand.history.until(`book-info is ${phase}`, (now) => phaseOf(now, namespace) === phase);
  const untilAlone = (revision: string) =>
    stand.history.until(`${revision} is alone`, (now) => isAlone(now, namespace, revision));
  const untilSplit = (weights: object) =>
    stand.history.until(
      `weights are ${JSON.stringify(weights)}`,
      (now) => JSON.stringify(weightsIn(now, namespace)) === JSON.stringify(weights),
    );
  /** From nothing to the pause: 90 % to v1, 10 % to the one pod of v2. */
  async function toThePause(): Promise<void> {
    await kubectl("apply", "-f", file("bookinfo"));
    await until("running");
    await kubectl("apply", "-f", file("bookinfo-canary"));
    await until("workflowSuspending");
  }
  async function away(): Promise<void> {
    await vela("delete", "book-info", "-n", namespace, "-y");
    await stand.history.until(
      "nothing is left of it",
      (now) =>
        now.in(
          namespace,
          "Application",
          "Deployment",
          "VirtualService",
          "DestinationRule",
          "ControllerRevision",
          "ComponentRollout",
          "Pod",
        ).length === 0,
    );
  }

  before(async () => {
    await stand.bed.apply(injected(namespace));
  });

  it("deploys four components, and productpage answers through the gateway", async () => {
    expect(await kubectl("apply", "-f", file("bookinfo"))).to.equal("application.core.oam.dev/book-info created\n");
    await until("running");
    await untilAlone("reviews-v1");
    const answer = async (path: string) => (await stand.bed.ask(`http://${stand.bed.addresses.gateway}${path}`)).status;
    const page = await stand.bed.loadGateway("shop.example", { path: "/productpage", rate: 50, seconds: 1 }).report();
    expect([page.failures, page.answered]).to.deep.equal([{}, 50]);
    expect(await answer("/nothing")).to.equal(404);
    expect(await kubectl("get", "componentrollouts")).to.match(/reviews +reviews-v1 +reviews-v1 +\d +100 +Stable/);
  });

  it("shows it in vela status, vela status --tree and vela ls", async () => {
    const status = await vela("status", "book-info", "-n", namespace);
    expect(status).to.match(/Name:\s+book-info/);
    for (const component of ["reviews", "productpage", "ratings", "details"])
      expect(status).to.match(new RegExp(`Name: ${component} `));
    expect(status)
      .to.match(/Traits:[\s\S]*expose[\s\S]*Traits:/)
      .and.not.to.contain("No trait");
    const tree = await vela("status", "book-info", "-n", namespace, "--tree");
    for (const child of [
      "Deployment/reviews-v1",
      "VirtualService/reviews",
      "DestinationRule/reviews",
      "Service/ratings",
    ])
      expect(tree).to.contain(child);
    expect(await vela("ls", "-n", namespace)).to.match(
      /book-info\s+reviews\s+webservice\s+expose,rollout\s+running\s+healthy/,
    );
  });

  it("stops the canary at 90 to 10, for a person", async () => {
    await kubectl("apply", "-f", file("bookinfo-canary"));
    await until("workflowSuspending");
    await untilSplit({ "reviews-v1": 90, "reviews-v2": 10 });
    const status = await vela("status", "book-info", "-n", namespace);
    expect(status).to.match(/Suspend: true/);
    expect(status).to.match(/manual-approval[\s\S]*suspend/);
    const again = await vela("workflow", "list", "-n", namespace);
    expect(again).to.match(/book-info/);
  });

  it("goes on with vela workflow resume, and ends with v2 alone", async () => {
    expect(await vela("workflow", "resume", "book-info", "-n", namespace)).to.contain("Successfully resume workflow");
    await until("running");
    await untilAlone("reviews-v2");
    expect(await vela("status", "book-info", "-n", namespace)).to.match(/Finished: true/i);
  });

  it("deletes all of it with vela delete", away);

  it("takes all back to v1 with the rollback", async () => {
    await toThePause();
    await kubectl("apply", "-f", file("bookinfo-rollback"));
    await until("running");
    await untilAlone("reviews-v1");
    await away();
  });

  it("terminates, restarts and goes on", async () => {
    await toThePause();
    expect(await vela("workflow", "terminate", "book-info", "-n", namespace)).to.contain("Successfully terminate");
    await until("workflowTerminated");
    expect(await vela("workflow", "restart", "book-info", "-n", namespace)).to.contain("Successfully restart");
    await until("workflowSuspending");
    await vela("workflow", "resume", "book-info", "-n", namespace);
    await until("running");
    await untilAlone("reviews-v2");
    await away();
  });

  it("changes nothing with vela workflow rollback where no version was published: it writes what was applied last", async () => {
    await toThePause();
    expect(await vela("workflow", "rollback", "book-info", "-n", namespace)).to.contain(
      "Successfully rollback workflow",
    );
    await stand.history.untilQuiet(namespace, 4_000);
    // The latest revision is that of the canary itself: the CLI writes the same spec again.
    expect(weightsIn(stand.history.now, namespace)).to.deep.equal({ "reviews-v1": 90, "reviews-v2": 10 });
    await away();
  });

  it("takes a publish version for one revision", async () => {
    const published = (name: string, version: string) => {
      const object = example(name);
      const metadata = { ...asObject(object["metadata"]), annotations: { "app.oam.dev/publishVersion": version } };
      return stand.bed.mustKubectl(["apply", "-f", "-"], { input: JSON.stringify({ ...object, metadata }) });
    };
    await published("bookinfo", "one");
    await until("running");
    await published("bookinfo-canary", "two");
    await until("workflowSuspending");
    const revisions = await vela("revision", "list", "book-info", "-n", namespace);
    expect(revisions.match(/book-info-v\d+/g)).to.have.members(["book-info-v1", "book-info-v2"]);
    await vela("workflow", "resume", "book-info", "-n", namespace);
    await untilAlone("reviews-v2");
    await away();
  });

  it("is deployed and changed by vela up", async () => {
    expect(await vela("up", "-f", file("bookinfo"))).to.contain("applied");
    await until("running");
    await untilAlone("reviews-v1");
    expect(await vela("up", "-f", file("bookinfo-canary"))).to.contain("applied");
    await until("workflowSuspending");
    expect(await vela("up", "-f", file("bookinfo-rollback"))).to.contain("applied");
    await until("running");
    await untilAlone("reviews-v1");
    await away();
  });

  it("suspends in the middle, and goes on from there", async () => {
    await kubectl("apply", "-f", file("bookinfo"));
    await until("running");
    await stand.bed.behave({ namespace, readyAfter: 5_000 });
    await kubectl("apply", "-f", file("bookinfo-canary"));
    await until("runningWorkflow");
    expect(await vela("workflow", "suspend", "book-info", "-n", namespace)).to.contain("Successfully suspend");
    await until("workflowSuspending");
    await stand.history.untilQuiet(namespace, 8_000);
    await stand.bed.behave({ namespace, readyAfter: 200 });
    await stand.history.until("v1 has all", (now) => weightsIn(now, namespace)["reviews-v1"] === 100);
    await vela("workflow", "resume", "book-info", "-n", namespace);
    await untilSplit({ "reviews-v1": 90, "reviews-v2": 10 });
    await stand.history.until("it waits at the approval", (now) =>
      JSON.stringify(application(now, namespace)).includes('"name":"manual-approval","phase":"suspending"'),
    );
  });
});
