import { expect } from "chai";
import { asText, at } from "../../src/model/json.ts";
import { program } from "./install.ts";
import { Scene } from "./scene.ts";
import { reviewsOf } from "./shop.ts";
import { application, onStand, phaseOf } from "./stand.ts";

const namespaces = ["timed-resumed", "timed-on", "timed-held"] as const;

describe("a suspend step that has a duration", function () {
  this.timeout(180_000);
  const stand = onStand("3s", namespaces);

  /** At the pause, which ends by itself after so many seconds. */
  async function atThePause(namespace: (typeof namespaces)[number], seconds: number): Promise<Scene> {
    const shop = new Scene(stand, namespace);
    await shop.begin();
    const approval = '{"name":"manual-approval","type":"suspend"';
    await shop.apply(
      reviewsOf(namespace, "bookinfo-canary", (text) =>
        text.replace(approval, `${approval},"properties":{"duration":"${seconds}s"}`),
      ),
    );
    await shop.untilPause();
    return shop;
  }
  /** What one of the two command lines said that was to succeed. */
  async function told(tool: "vela workflow" | "rollguard", verb: string, { bed, namespace }: Scene): Promise<string> {
    const args = [verb, "book-info", "-n", namespace];
    const { code, stdout, stderr } = await (tool === "rollguard"
      ? bed.run([process.execPath, program, ...args])
      : bed.vela(["workflow", ...args]));
    expect(code, `${tool} ${verb}: ${stdout}${stderr}`).to.equal(0);
    return stdout;
  }
  const revisionOf = ({ history, namespace }: Scene) =>
    asText(at(application(history.now, namespace), "metadata", "resourceVersion"));
  const isWaiting = ({ history, namespace }: Scene) => phaseOf(history.now, namespace) === "workflowSuspending";

  it("is left at once with vela workflow resume, also after a vela workflow suspend, which writes nothing", async () => {
    const shop = await atThePause("timed-resumed", 600);
    await shop.history.untilQuiet(shop.namespace, 4_000);
    const revision = revisionOf(shop);
    expect(await told("vela workflow", "suspend", shop)).to.equal("Successfully suspend workflow: book-info\n");
    const { code, stderr } = await shop.bed.vela([
      "workflow",
      "suspend",
      "book-info",
      "--step",
      "manual-approval",
      "-n",
      shop.namespace,
    ]);
    expect([code, stderr]).to.deep.equal([1, "Error: can not find step manual-approval\n"]);
    await shop.history.untilQuiet(shop.namespace, 4_000);
    expect([isWaiting(shop), revisionOf(shop)]).to.deep.equal([true, revision]);
    expect(await told("vela workflow", "resume", shop)).to.equal("Successfully resume workflow: book-info\n");
    await shop.untilAlone("reviews-v2");
  });

  it("ends by itself all the same after a vela workflow suspend", async () => {
    const shop = await atThePause("timed-on", 12);
    await told("vela workflow", "suspend", shop);
    expect(isWaiting(shop)).to.equal(true);
    await shop.untilAlone("reviews-v2");
  });

  it("waits for a resume after a rollguard suspend", async () => {
    const shop = await atThePause("timed-held", 12);
    expect(await told("rollguard", "suspend", shop)).to.match(/^book-info is suspended: /);
    await shop.history.untilQuiet(shop.namespace, 15_000);
    expect(isWaiting(shop)).to.equal(true);
    await told("vela workflow", "resume", shop);
    await shop.untilAlone("reviews-v2");
  });
});
