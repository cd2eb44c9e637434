import { expect } from "chai";
import { asList, asObject, at, own } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { Scene } from "./scene.ts";
import { reviewsOf } from "./shop.ts";
import { onStand, weightsIn } from "./stand.ts";

const namespaces = ["published-twice", "published-terminated", "published-thrice", "published-first"] as const;

/** A third content, from the second on. */
const third = (text: string): string =>
  text
    .replaceAll('"revision":"reviews-v2"', '"revision":"reviews-v3"')
    .replaceAll('"revision":"reviews-v1"', '"revision":"reviews-v2"')
    .replace("1.16.2", "1.16.3");

const published = (app: KubeObject, version: string): KubeObject => ({
  ...app,
  metadata: { ...asObject(app["metadata"]), annotations: { "app.oam.dev/publishVersion": version } },
});

describe("vela, with an Application that is published in versions", function () {
  this.timeout(180_000);
  const stand = onStand("3s", namespaces);

  class Published extends Scene {
    readonly publish = (version: string, name: string, change?: (text: string) => string): Promise<void> =>
      this.apply(published(reviewsOf(this.namespace, name, change), version));

    readonly vela = (...args: string[]) => this.bed.vela([...args, "-n", this.namespace]);

    /** All it says: some blocks of one answer go to either output. */
    readonly told = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await this.vela(...args);
      expect(code, `vela ${args.join(" ")}: ${stdout}${stderr}`).to.equal(0);
      return stdout + stderr;
    };

    readonly stored = async (): Promise<KubeObject> =>
      JSON.parse(await this.bed.mustKubectl(["-n", this.namespace, "get", "application", "book-info", "-o", "json"]));

    readonly revisions = async (): Promise<readonly string[]> => {
      const { items } = JSON.parse(
        await this.bed.mustKubectl(["-n", this.namespace, "get", "applicationrevisions", "-o", "json"]),
      );
      return asList(items).map((item) => `${at(item, "metadata", "name")} ${at(item, "status", "succeeded") ?? "-"}`);
    };
  }
  const scene = (namespace: (typeof namespaces)[number]) => new Published(stand, namespace);

  const rolledBack = [
    "Application spec rollback successfully.",
    "Application status rollback successfully.",
    "Application outdated revision cleaned up.",
  ];

  it("rolls a suspended canary back to the version that succeeded last", async () => {
    const shop = scene("published-twice");
    await shop.prepare();
    await shop.publish("one", "bookinfo");
    await shop.untilAlone("reviews-v1");
    await shop.publish("two", "bookinfo-canary");
    await shop.untilPause();
    expect(await shop.revisions()).to.deep.equal(["book-info-v1 true", "book-info-v2 -"]);
    const tree = await shop.told("status", "book-info", "--tree");
    expect(tree)
      .to.match(/Deployment\/reviews-v2 +updated/)
      .and.not.to.contain("outdated");

    const told = await shop.told("workflow", "rollback", "book-info");
    for (const line of rolledBack) expect(told).to.contain(line);
    await shop.untilAlone("reviews-v1");
    expect(await shop.revisions()).to.deep.equal(["book-info-v1 true"]);
    const app = await shop.stored();
    expect(at(app, "metadata", "annotations")).to.include({ "app.oam.dev/publishVersion": "one" });
    expect(at(app, "status")).to.deep.include({ status: "running" }).and.not.to.have.property("appliedResources");
    expect(own(at(app, "status", "latestRevision"), "name")).to.equal("book-info-v1");
    expect(await shop.told("status", "book-info")).to.match(/Healthy:\s+✅/);

    await shop.publish("three", "bookinfo-canary");
    await shop.untilPause();
    await shop.resume();
    await shop.untilAlone("reviews-v2");
    expect(await shop.revisions()).to.deep.equal(["book-info-v1 true", "book-info-v2 true"]);
  });

  it("changes nothing after a rollout that succeeded: that is the latest version that did", async () => {
    const shop = scene("published-twice");
    const before = at(await shop.stored(), "spec");
    const told = await shop.told("workflow", "rollback", "book-info");
    for (const line of rolledBack) expect(told).to.contain(line);
    await shop.history.untilQuiet(shop.namespace, 4_000);
    expect(at(await shop.stored(), "spec")).to.deep.equal(before);
    expect(weightsIn(shop.history.now, shop.namespace)).to.deep.equal({ "reviews-v2": 100 });
  });

  it("goes back to an older version as a new one, with vela up --revision", async () => {
    const shop = scene("published-twice");
    await shop.told("up", "book-info", "--publish-version", "four", "--revision", "book-info-v1");
    await shop.untilAlone("reviews-v1");
    expect(await shop.revisions()).to.deep.equal(["book-info-v1 true", "book-info-v2 true", "book-info-v3 true"]);
  });

  it("rolls a terminated canary back too, and is not held then", async () => {
    const shop = scene("published-terminated");
    await shop.prepare();
    await shop.publish("one", "bookinfo");
    await shop.untilAlone("reviews-v1");
    await shop.publish("two", "bookinfo-canary");
    await shop.untilPause();
    await shop.told("workflow", "terminate", "book-info");
    await shop.told("workflow", "rollback", "book-info");
    await shop.untilAlone("reviews-v1");
  });

  it("goes back to a version that has canary steps of its own, and does not run them again", async () => {
    const shop = scene("published-thrice");
    await shop.prepare();
    await shop.publish("one", "bookinfo");
    await shop.untilAlone("reviews-v1");
    await shop.publish("two", "bookinfo-canary");
    await shop.untilPause();
    await shop.resume();
    await shop.untilAlone("reviews-v2");
    await shop.publish("three", "bookinfo-canary", third);
    await shop.untilPause();
    expect(weightsIn(shop.history.now, shop.namespace)).to.deep.equal({ "reviews-v2": 90, "reviews-v3": 10 });
    await shop.told("workflow", "rollback", "book-info");
    await shop.untilAlone("reviews-v2");
  });

  it("says that there is nothing to go back to where no version has succeeded, and while one runs", async () => {
    const shop = scene("published-first");
    await shop.prepare();
    await shop.bed.behave({ namespace: shop.namespace, readyAfter: 6_000 });
    await shop.publish("one", "bookinfo");
    await shop.untilPods(2);
    const running = await shop.vela("workflow", "rollback", "book-info");
    expect([running.code, running.stderr]).to.deep.equal([1, "Error: can not rollback a running workflow\n"]);
    await shop.told("workflow", "suspend", "book-info");
    const first = await shop.vela("workflow", "rollback", "book-info");
    expect(first.code).to.equal(1);
    expect(first.stderr).to.contain("failed to find previous succeeded revision for application");
  });
});
