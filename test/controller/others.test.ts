import { expect } from "chai";
import type { JsonObject } from "../../src/model/json.ts";
import { at } from "../../src/model/json.ts";
import { cleanUp } from "../cluster/rig.ts";
import { leading, shop } from "./rig.ts";

const finalizers = ["app.oam.dev/resource-tracker-finalizer", "example.com/theirs"];
const theirs = (name: string, more: JsonObject): JsonObject => ({
  ...shop("cart"),
  metadata: { name, namespace: "shop", generation: 1, finalizers, deletionTimestamp: "2026-01-01T00:00:00Z", ...more },
});
const tracker = (name: string, app: string): JsonObject => ({
  apiVersion: "core.oam.dev/v1beta1",
  kind: "ResourceTracker",
  metadata: { name, labels: { "app.oam.dev/name": app, "app.oam.dev/namespace": "shop" } },
});

describe("the controller, beside others", () => {
  afterEach(cleanUp);

  it("touches neither the deletion of what is not its own, nor trackers of others", async () => {
    const { double, stored, until } = await leading(
      theirs("annotated", { annotations: { "app.oam.dev/controller-version-require": "v1.10.0" } }),
      theirs("paused", { labels: { "controller.core.oam.dev/pause": "true" } }),
      theirs("ours", {}),
      tracker("gone-v1-shop", "gone"),
      tracker("gone.shop.rollguard", "gone"),
      tracker("gone-rollguard-shop", "gone"),
    );
    const finalizersOf = (name: string) => at(stored("Application", name), "metadata", "finalizers");
    const trackers = (): readonly string[] =>
      [...double.store.objects.keys()].flatMap((path) => /resourcetrackers\/(.+)/.exec(path)?.[1] ?? []);
    await until(() => trackers().length === 1, "our trackers are gone");
    await until(() => JSON.stringify(finalizersOf("ours")) === '["example.com/theirs"]', "ours is let go");
    // All keys were worked on by then, in order; the deletion of others is theirs.
    expect(trackers()).to.deep.equal(["gone-v1-shop"]);
    expect(finalizersOf("annotated")).to.deep.equal(finalizers);
    expect(finalizersOf("paused")).to.deep.equal(finalizers);
  });

  it("keeps a tracker for each of two Applications whose names are alike, in the place of one of before", async () => {
    const named = (namespace: string, name: string): JsonObject => ({
      ...shop("cart"),
      metadata: { name, namespace, generation: 1 },
    });
    const former = tracker("a-rollguard-b-rollguard-c", "a");
    const { double, until } = await leading(named("b-rollguard-c", "a"), named("c", "a-rollguard-b"), {
      ...former,
      metadata: {
        name: "a-rollguard-b-rollguard-c",
        labels: { "app.oam.dev/name": "a", "app.oam.dev/namespace": "b-rollguard-c" },
      },
    });
    const trackers = (): readonly string[] =>
      [...double.store.objects.keys()].flatMap((path) => /resourcetrackers\/(.+)/.exec(path)?.[1] ?? []).sort();
    const expected = ["a-rollguard-b.c.rollguard", "a.b-rollguard-c.rollguard"];
    await until(() => JSON.stringify(trackers()) === JSON.stringify(expected), "one for each");
  });
});
