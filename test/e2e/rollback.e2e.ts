import { expect } from "chai";
import { at } from "../../src/model/json.ts";
import { program } from "./install.ts";
import { Scene } from "./scene.ts";
import { application, onStand } from "./stand.ts";

const namespaces = ["taken-back", "not-taken-back"] as const;

describe("rollguard rollback, with the webhooks", function () {
  this.timeout(180_000);
  const stand = onStand("3s", namespaces);

  const rollback = ({ bed, namespace }: Scene, ...more: readonly string[]) =>
    bed.run([process.execPath, program, "rollback", "book-info", "-n", namespace, ...more]);
  const linesOf = (text: string, begin: string) => text.split("\n").filter((line) => line.startsWith(begin));
  async function atThePause(namespace: (typeof namespaces)[number]): Promise<Scene> {
    const shop = new Scene(stand, namespace);
    await shop.begin();
    await shop.canary();
    await shop.untilPause();
    return shop;
  }
  /** What kubectl says to the manifest that the rollback stands for. */
  async function applied(shop: Scene): Promise<string> {
    const manifest = (await rollback(shop, "--export")).stdout;
    return (await shop.bed.kubectl(["replace", "--dry-run=server", "-f", "-"], { input: manifest })).stderr;
  }

  it("prints the warnings that kubectl prints, and leaves nothing behind after --now", async () => {
    const shop = await atThePause("taken-back");
    const expected = linesOf(await applied(shop), "Warning: ");
    expect(expected).to.have.length.greaterThan(0);
    const { code, stdout, stderr } = await rollback(shop, "--now");
    expect([code, stdout]).to.deep.equal([
      0,
      "book-info goes back: reviews to reviews-v1, and its workflow is dropped\n",
    ]);
    expect(stderr).to.equal(expected.map((line) => `${line}\n`).join(""));
    await shop.untilAlone("reviews-v1");
    await shop.history.until(
      "the annotation is gone",
      (now) => at(application(now, shop.namespace), "metadata", "annotations", "rollguard.dev/return") === undefined,
    );
  });

  it("prints the causes of a refusal as kubectl does, and changes nothing", async () => {
    const shop = await atThePause("not-taken-back");
    const http = [{ route: [{ destination: { host: "reviews" } }] }];
    await shop.bed.apply({
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      metadata: { name: "of-others", namespace: shop.namespace },
      spec: { hosts: ["reviews"], http },
    });
    const generation = () => at(application(shop.history.now, shop.namespace), "metadata", "generation");
    const before = generation();
    const expected = await applied(shop);
    expect(expected).to.contain("(derived-objects-are-ours)");
    const { code, stdout, stderr } = await rollback(shop);
    expect([code, stdout]).to.deep.equal([1, ""]);
    expect(stderr.replace("rollguard: The ", "The ")).to.equal(expected);
    expect(generation()).to.equal(before);
  });
});
