import { expect } from "chai";
import { isInVain, present, stayOf } from "../../src/controller/leaving.ts";
import { asInteger, asList, asObject, at, type JsonObject, own } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { cleanUp } from "../cluster/rig.ts";
import { type Leading, leading } from "./rig.ts";

const deletionTimestamp = "2026-01-01T00:00:00Z";
const began = Date.UTC(2026, 0, 1) / 1000;
const leaving = (kind: string, more: JsonObject = {}, finalizers: readonly string[] = ["example.com/hold"]) => ({
  kind,
  metadata: { name: "web-v2", deletionTimestamp, finalizers: [...finalizers] },
  ...more,
});

describe("an object that is being deleted", () => {
  const there = { kind: "Deployment", metadata: { name: "web-v2" } };
  const rows: readonly [what: string, "apply" | "remove", seen: KubeObject | undefined, isInVain: boolean][] = [
    ["is not deleted again", "remove", leaving("VirtualService"), true],
    ["is not scaled any more", "apply", leaving("Deployment"), true],
    ["is written where it is in force as long as it is there", "apply", leaving("VirtualService"), false],
    ["is another one than one that is not", "remove", there, false],
    ["is none where nothing is there", "apply", undefined, false],
  ];
  for (const [what, does, seen, isSo] of rows)
    it(what, () => expect(isInVain({ do: does, object: seen ?? there, event: "" }, seen)).to.equal(isSo));

  it("is gone for a plan where it is a Deployment without pods", () => {
    const kept = (object: KubeObject, ready = 0) => present([object], { "web-v2": ready }).length === 1;
    expect(kept(there)).to.equal(true);
    expect(kept(leaving("Deployment"))).to.equal(false);
    expect(kept(leaving("Deployment", { spec: { replicas: 2 }, status: { replicas: 0 } }))).to.equal(false);
    expect(kept(leaving("Deployment", { status: { replicas: 1 } }))).to.equal(true);
    expect(kept(leaving("Deployment"), 1)).to.equal(true);
    expect(kept(leaving("VirtualService"))).to.equal(true);
  });

  it("is told of, with its finalizers, when that is no matter of moments any more", () => {
    const place = { kind: "Deployment", name: "web-v2" };
    expect(stayOf(place, leaving("Deployment"), began + 3)).to.deep.equal({ seconds: 7, trouble: undefined });
    expect(stayOf(place, leaving("Deployment"), began - 60).seconds).to.equal(10);
    const { seconds, trouble } = stayOf(place, leaving("Deployment", {}, [..."abcdefg"]), began + 10);
    expect([seconds, trouble]).to.deep.equal([
      30,
      {
        type: "Blocked",
        message:
          "Deployment web-v2 is being deleted (metadata.deletionTimestamp 2026-01-01T00:00:00Z), and stays until its " +
          "finalizers are taken away: a, b, c, d, e, and 2 more; what comes after it waits until then",
      },
    ]);
  });
});

/** A canary component without a Service: ready is what its Deployments say. */
const app = (generation: number, image: string): JsonObject => ({
  apiVersion: "core.oam.dev/v1beta1",
  kind: "Application",
  metadata: { name: "shop", namespace: "shop", generation },
  spec: {
    components: [
      {
        name: "web",
        type: "worker",
        properties: { image: `registry.example/web:${image}` },
        traits: [{ type: "rollout", properties: { targetSize: 1 } }],
      },
    ],
  },
});

class Rollout {
  readonly phases: string[] = [];
  readonly on: Leading;

  constructor(on: Leading) {
    this.on = on;
  }

  deployment(name: string): KubeObject | undefined {
    return this.on.stored("Deployment", name);
  }

  apply(generation: number, image: string): void {
    const known = this.on.stored("Application", "shop") ?? {};
    const { uid } = asObject(known["metadata"]);
    const next = app(generation, image);
    const metadata = { ...asObject(next["metadata"]), ...(uid === undefined ? {} : { uid }) };
    this.on.double.store.put({ ...known, ...next, metadata });
  }

  blocked(): string {
    const conditions = asList(at(this.on.stored("Application", "shop"), "status", "conditions"));
    return String(
      own(
        conditions.find((item) => own(item, "type") === "Blocked"),
        "message",
      ) ?? "",
    );
  }

  deletions(name: string): number {
    return this.on.double.received.filter(({ method, path }) => method === "DELETE" && path.endsWith(`/${name}`))
      .length;
  }

  /** What the controllers of the cluster do: pods of web-v1 become ready, those of web-v2 never. */
  readonly turn = (): void => {
    const phase = String(at(this.on.stored("ComponentRollout", "web"), "status", "phase"));
    if (phase !== this.phases.at(-1)) this.phases.push(phase);
    const known = this.deployment("web-v1");
    const replicas = asInteger(at(known, "spec", "replicas"));
    if (known && at(known, "status", "readyReplicas") !== replicas)
      this.on.double.store.put({ ...known, status: { replicas: replicas ?? 0, readyReplicas: replicas ?? 0 } });
  };

  until(holds: () => boolean, what: string): Promise<void> {
    return this.on.until(() => {
      this.turn();
      return holds();
    }, what);
  }

  wait(milliseconds: number): Promise<void> {
    const end = this.on.clock.now() + milliseconds;
    return this.until(() => this.on.clock.now() >= end, "time passes");
  }
}

describe("the controller, with a Deployment that stays until its finalizer is taken away", () => {
  afterEach(cleanUp);

  it("goes back as if it were gone, says what stands in the way of the next rollout, and goes on when it is gone", async () => {
    const on = await leading(app(1, "1"));
    on.double.store.deletionTime = () => new Date(on.clock.date()).toISOString().replace(/\.\d+/, "");
    const rollout = new Rollout(on);
    const isStable = () => rollout.phases.at(-1) === "Stable";
    await rollout.until(isStable, "web-v1 is stable");
    rollout.apply(2, "2");
    await rollout.until(() => rollout.deployment("web-v2") !== undefined, "web-v2");
    const held = rollout.deployment("web-v2") ?? {};
    const metadata = { ...asObject(held["metadata"]), finalizers: ["example.com/hold"] };
    on.double.store.put({ ...held, metadata } as JsonObject);
    rollout.apply(3, "1");
    await rollout.until(() => rollout.deletions("web-v2") > 0, "it is deleted");
    await rollout.until(isStable, "web-v1 is stable again");
    rollout.phases.length = 0;
    await rollout.wait(60_000);
    expect([rollout.phases, rollout.blocked(), rollout.deletions("web-v2")]).to.deep.equal([["Stable"], "", 1]);

    rollout.apply(4, "2");
    await rollout.until(() => rollout.blocked() !== "", "a condition");
    expect(rollout.blocked()).to.match(/^Deployment web-v2 is being deleted .* taken away: example\.com\/hold; /);
    await rollout.wait(1_000);
    rollout.phases.length = 0;
    const writes = (): readonly string[] =>
      on.double.received
        .filter(({ method, path }) => method !== "GET" && !path.includes("/leases/"))
        .map(({ method, path }) => `${method} ${path}`);
    const done = writes().length;
    await rollout.wait(120_000);
    expect([rollout.phases.length, writes().slice(done)]).to.deep.equal([1, []]);

    const before = at(rollout.deployment("web-v2"), "metadata", "uid");
    on.double.store.remove(rollout.deployment("web-v2") ?? {});
    await rollout.until(() => rollout.deployment("web-v2") !== undefined, "it is made anew");
    expect(at(rollout.deployment("web-v2"), "metadata", "uid")).not.to.equal(before);
    await rollout.until(() => rollout.blocked() === "", "the end of the condition");
  });
});
