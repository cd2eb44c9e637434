import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type Api, ApiError } from "../../src/cluster/api.ts";
import { connect } from "../../src/cluster/client.ts";
import { listNow } from "../../src/cluster/list.ts";
import { perform } from "../../src/cluster/perform.ts";
import { type ResourceKind, resources } from "../../src/cluster/resources.ts";
import { apply, read } from "../../src/cluster/writes.ts";
import { asInteger, at } from "../../src/model/json.ts";
import { type KubeObject, labelOf, nameOf } from "../../src/model/world.ts";
import type { Action, Observed } from "../../src/rollout/observed.ts";
import { plan } from "../../src/rollout/plan.ts";
import { example } from "../support/cases.ts";
import type { Bed } from "./bed/bed.ts";
import { History } from "./history.ts";
import { bedOfTest, configFor, definition } from "./rig.ts";

const namespace = "perform-test";
const kinds: readonly ResourceKind[] = [
  "ApplicationRevision",
  "ControllerRevision",
  "ComponentRollout",
  "Deployment",
  "Service",
  "Gateway",
  "VirtualService",
  "DestinationRule",
];

describe("actions, on a real API server", function () {
  this.timeout(90_000);
  let bed: Bed;
  let api: Api;
  let folder: string;
  let history: History;

  before(async function () {
    this.timeout(0);
    bed = await bedOfTest();
    folder = mkdtempSync(join(tmpdir(), "rollguard-perform-"));
    api = await connect({ kubeconfig: configFor(bed, await bed.apiOutlet(), folder) });
    await bed.mustKubectl(["create", "namespace", namespace]);
    await bed.apply(definition);
    history = await History.begin(bed);
  });
  after(async () => {
    history?.close();
    api?.close();
    await bed?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** All as it is now, in a mesh that confirms at once. */
  async function observe(): Promise<Observed> {
    const app = (await read(api, resources.Application, namespace, "book-info")) ?? {};
    const lists = kinds.map((kind) =>
      listNow({ api, resource: resources[kind], namespace, labelSelector: "app.oam.dev/name=book-info" }),
    );
    const objects = (await Promise.all(lists)).flat();
    const ready = objects
      .filter((object) => object["kind"] === "Deployment")
      .map((object) => [nameOf(object), asInteger(at(object, "status", "readyReplicas")) ?? 0] as const);
    const old = Number.POSITIVE_INFINITY;
    const byName = Object.fromEntries(ready.map(([name]) => [name, old]));
    const settled = { route: old, subsets: byName, arrivals: byName, removal: old };
    const components = objects.flatMap((object) => labelOf(object, "app.oam.dev/component") ?? []);
    return {
      now: Date.now() / 1000,
      settleSeconds: 1,
      app,
      objects,
      ready: Object.fromEntries(ready),
      ages: Object.fromEntries(components.map((component) => [component, settled])),
    };
  }

  /** Whether the action was performed. The status of a Deployment changes by the moment: what was decided on it is decided anew. */
  async function done(action: Action, observed: Observed, events: string[]): Promise<boolean> {
    try {
      await perform(api, action, observed);
      events.push(action.event);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isConflict) throw error;
      return false;
    }
  }

  /** Plans and performs until nothing is left to do, and no pod is awaited. */
  async function roll(isDone: (app: KubeObject) => boolean): Promise<string[]> {
    const events: string[] = [];
    for (const end = performance.now() + 60_000; performance.now() < end; ) {
      const observed = await observe();
      const { actions } = plan(observed);
      if (actions.length === 0 && isDone(observed.app)) return events;
      for (const action of actions) if (!(await done(action, observed, events))) break;
      await sleep(100); // Pods take some time to be ready.
    }
    throw new Error(`no rest within a minute; last: ${events.slice(-8).join("; ")}`);
  }

  const status = (app: KubeObject) => at(app, "status", "status");
  const stored = (app: KubeObject) => ({ ...app, metadata: { name: "book-info", namespace } });

  it("roll out the seed's first file, and its second up to the pause", async () => {
    await apply(api, stored(example("bookinfo")), undefined);
    const first = await roll((app) => status(app) === "running");
    expect(first).to.include("reviews-v1 is stable");
    const { app } = await observe();
    await apply(api, stored(example("bookinfo-canary")), app);
    await roll((now) => status(now) === "workflowSuspending");
    const { objects } = await observe();
    const route = objects.find((object) => object["kind"] === "VirtualService" && nameOf(object) === "reviews");
    const weights = JSON.stringify(at(route, "spec", "http")).match(/"weight":\d+/g);
    expect(weights).to.have.members(['"weight":90', '"weight":10']);
    expect((await observe()).ready).to.include({ "reviews-v1": 1, "reviews-v2": 1 });
  });

  it("has satisfied D11 at every stored revision", async () => {
    expect(await history.breaches()).to.deep.equal([]);
  });
});
