import { setImmediate } from "node:timers/promises";
import { expect } from "chai";
import { Controller } from "../../src/controller/controller.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { type ApiDouble, kindOf, type Received, status } from "../cluster/api-double.ts";
import { eventually, PlayClock } from "../cluster/play-clock.ts";
import { cleanUp, connected, later, service, startDouble } from "../cluster/rig.ts";

const services = "/api/v1/services";
const forbidden = ({ path }: Received) =>
  path === services ? { status: 403, body: status(403, "Forbidden", "no right to list services") } : undefined;

const paused = (name: string): JsonObject => ({
  apiVersion: "core.oam.dev/v1beta1",
  kind: "Application",
  metadata: { name, namespace: "shop", labels: { "controller.core.oam.dev/pause": "true" } },
  spec: { components: [] },
});

describe("controller: what it knows", () => {
  let double: ApiDouble;
  let clock: PlayClock;
  let log: string[];

  async function begun(): Promise<Controller> {
    const api = await connected(double, clock);
    const controller = new Controller({
      api,
      clock,
      settleSeconds: 12,
      namespace: "home",
      isActive: true,
      log: (message) => void log.push(message),
    });
    later(() => controller.stop());
    return controller;
  }

  /** Lets so many seconds pass, with a bookmark on every watch that is open. */
  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1000);
      for (let turn = 0; turn < 5; turn++) await setImmediate();
      double.bookmark();
      for (let turn = 0; turn < 5; turn++) await setImmediate();
    }
  }

  async function until(holds: () => boolean, what: string): Promise<void> {
    await eventually(() => {
      clock.advance(20);
      return holds();
    }, what);
  }

  const reads = (): number =>
    double.received.filter((it) => it.method === "GET" && /\/applications\//.test(it.path)).length;

  beforeEach(async () => {
    double = await startDouble();
    double.store.put(service("reviews"));
    double.store.put(paused("book-info"));
    clock = new PlayClock();
    log = [];
  });
  afterEach(cleanUp);

  it("says for what it waits, and why", async () => {
    double.script = forbidden;
    const controller = await begun();
    await until(() => controller.isLeader && log.some((line) => /Service/.test(line)), "the failure");
    expect(controller.ready).to.equal("the first list of kind Service is not complete (Forbidden)");
    await pass(10);
    expect(log.filter((line) => /Service/.test(line))).to.deep.equal([
      "cannot follow Service: GET /api/v1/services: no right to list services",
    ]);
    expect(reads(), "nothing is done").to.equal(0);
    double.script = () => undefined;
    await until(() => controller.ready === true && reads() > 0, "its work");
    await until(() => log.includes("follows Service again"), "its end");
  });

  it("INF-01 is neither ready nor acts once a kind was not heard of for 95 s", async () => {
    const controller = await begun();
    await until(() => controller.isLeader && controller.ready === true && reads() > 0, "its work");
    double.script = forbidden;
    double.cutAll();
    await pass(90);
    expect(controller.ready).to.equal(true);
    await pass(10);
    expect(controller.ready).to.equal("nothing was heard of kind Service for more than a minute (Forbidden)");
    expect(log).to.include(`nothing is written: ${String(controller.ready)}`);
    const before = reads();
    double.store.put(paused("another"));
    await pass(5);
    expect(reads()).to.equal(before);
    double.script = () => undefined;
    await until(() => controller.ready === true, "readiness");
    await until(() => reads() >= before + 2, "what was missed meanwhile");
  });

  it("INF-06 writes nothing for a minute after the API server went back in time", async () => {
    for (let i = 0; i < 9; i++) double.store.put(service(`s${i}`));
    const controller = await begun();
    await until(() => controller.isLeader && controller.ready === true && reads() > 0, "its work");
    await pass(2);
    double.store.rewind(5);
    double.cutAll();
    await until(() => log.some((line) => /went back in time/.test(line)), "the rewind");
    const before = reads();
    await pass(40);
    expect([controller.ready, reads()]).to.deep.equal([true, before]);
    await pass(40);
    await until(() => reads() > before, "its work again");
    expect(log.filter((line) => /went back in time, as/.test(line))).to.have.length(1);
    await eventually(
      () => double.received.some((it) => kindOf(it) === "POST" && /\/events$/.test(it.path)),
      "an Event",
    );
  });

  it("says when its writes conflict again and again", async () => {
    double.store.put({
      apiVersion: "core.oam.dev/v1beta1",
      kind: "Application",
      metadata: { name: "live", namespace: "shop", generation: 1 },
      spec: { components: [{ name: "w", type: "worker", properties: { image: "busybox:1" } }] },
    });
    double.script = ({ method }) => (method === "PATCH" ? { status: 409, body: status(409, "Conflict") } : undefined);
    await begun();
    await until(() => double.count("PATCH") === 4, "its attempts");
    expect(log.filter((line) => /refused|could not/.test(line))).to.deep.equal([]);
    await until(() => log.some((line) => /a write is refused/.test(line)), "the log");
  });
});
