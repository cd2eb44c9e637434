import { expect } from "chai";
import { asList, asObject, at, type JsonObject, own } from "../../src/model/json.ts";
import { status } from "../cluster/api-double.ts";
import { cleanUp } from "../cluster/rig.ts";
import { type Leading, leading, shop } from "./rig.ts";

const conditionsOf = ({ stored }: Leading): Readonly<Record<string, string>> =>
  Object.fromEntries(
    asList(at(stored("Application", "shop"), "status", "conditions")).map((condition) => [
      String(own(condition, "type")),
      `${own(condition, "status")} ${own(condition, "reason")}: ${own(condition, "message")}`,
    ]),
  );
const warningsOf = ({ double }: Leading): readonly string[] =>
  [...double.store.objects.values()]
    .filter(({ kind, type }) => kind === "Event" && type === "Warning")
    .map(({ reason }) => String(reason));
const isSettled = (on: Leading) => () =>
  at(on.stored("Application", "shop"), "status", "observedGeneration") === 1 &&
  on.stored("Service", "cart") !== undefined;
const written = (on: Leading, path: string, method = "PUT"): number =>
  on.double.received.filter((request) => request.method === method && request.path.endsWith(path)).length;
const applied = (on: Leading, path: string): number => written(on, path, "PATCH");
/** What the controllers of the cluster do: its pods are ready. */
const ready = (on: Leading, name: string): void => {
  const deployment = on.stored("Deployment", name) ?? {};
  on.double.store.put({ ...deployment, status: { observedGeneration: 1, replicas: 1, readyReplicas: 1 } });
};
const wait = async ({ clock, until }: Leading, milliseconds: number): Promise<void> => {
  const end = clock.now() + milliseconds;
  await until(() => clock.now() >= end);
};

describe("the controller in trouble", () => {
  afterEach(cleanUp);

  it("API-06 tells of a write that is refused, tries it now and then, and repairs all else at once", async () => {
    const message = 'deployments.apps "cart" is forbidden: image registry not allowed';
    const on = await leading();
    on.double.script = ({ method, path }) =>
      method === "PATCH" && path.endsWith("/deployments/cart")
        ? { status: 403, body: status(403, "Forbidden", message) }
        : undefined;
    on.double.store.put(shop("cart", "till"));
    await on.until(() => conditionsOf(on)["Blocked"] !== undefined, "a condition");
    expect(conditionsOf(on)).to.have.all.keys("Ready", "Blocked");
    expect(conditionsOf(on)["Ready"]).to.equal(
      `False Blocked: Deployment cart is refused by the API server: ${message}; it is tried again until it is accepted`,
    );
    expect(at(on.stored("Application", "shop"), "status", "observedGeneration")).to.equal(1);
    await on.until(() => warningsOf(on).includes("Blocked"), "an Event");
    await on.until(() => on.stored("Deployment", "till") !== undefined, "the other component");
    await wait(on, 20_000);
    const [began, tries] = [on.clock.now(), applied(on, "/deployments/cart")];
    on.double.store.remove(on.stored("Service", "till") ?? {});
    await on.until(() => on.stored("Service", "till") === undefined);
    await on.until(() => on.stored("Service", "till") !== undefined, "the repair");
    expect(on.clock.now() - began).to.be.below(5_000);
    expect(tries).to.be.below(9);
    expect(on.said.join()).not.to.include("registry");
    on.double.script = () => undefined;
    await on.until(() => on.stored("Deployment", "cart") !== undefined, "the write");
    expect(on.clock.now() - began).to.be.below(35_000);
    await on.until(() => conditionsOf(on)["Blocked"] === undefined, "the end of the condition");
  });

  it("API-04 tells of conflicts when they are no coincidence any more", async () => {
    const on = await leading();
    const conflict = { status: 409, body: status(409, "Conflict", "the object has been modified") };
    on.double.script = ({ method, path }) =>
      method === "PATCH" && path.endsWith("/deployments/cart") ? conflict : undefined;
    on.double.store.put(shop("cart", "till"));
    await on.until(() => applied(on, "/deployments/cart") === 3);
    expect(conditionsOf(on)).not.to.have.property("Conflict");
    await on.until(() => conditionsOf(on)["Conflict"] !== undefined, "a condition");
    expect(applied(on, "/deployments/cart")).to.equal(5);
    expect(conditionsOf(on)["Conflict"]).to.match(
      /^True Conflict: Deployment cart could not be written again and again: /,
    );
    await on.until(() => warningsOf(on).includes("Conflict"), "an Event");
    const statuses = written(on, "/applications/shop/status");
    await wait(on, 30_000);
    expect(applied(on, "/deployments/cart")).to.be.at.least(10);
    expect(warningsOf(on)).to.deep.equal(["Conflict"]);
    expect(written(on, "/applications/shop/status")).to.equal(statuses);
  });

  it("INF-14 leaves an object to whoever changes it again and again, names him, and comes back when he stops", async () => {
    const on = await leading(shop("cart"));
    await on.until(isSettled(on), "it is rolled out");
    const type = () => at(on.stored("Service", "cart"), "spec", "ports");
    const flip = (): void => {
      const service = on.stored("Service", "cart") ?? {};
      const metadata = {
        ...asObject(service["metadata"]),
        managedFields: [{ manager: "argocd", time: "2026-01-01T00:00:00Z" }],
      };
      on.double.store.put({ ...service, metadata, spec: { ...asObject(service["spec"]), ports: [] } } as JsonObject);
    };
    const [began, before] = [on.clock.now(), applied(on, "/services/cart")];
    await on.until(() => {
      if (asList(type()).length > 0) flip();
      return on.clock.now() - began > 120_000;
    });
    expect(applied(on, "/services/cart") - before).to.be.within(5, 12);
    await on.until(() => conditionsOf(on)["Conflict"] !== undefined, "a condition");
    expect(conditionsOf(on)["Conflict"]).to.match(
      /^True Conflict: Service cart is changed again and again by argocd, /,
    );
    expect(warningsOf(on)).to.include("Conflict");
    const ended = on.clock.now();
    await on.until(() => asList(type()).length > 0, "our own again");
    expect(on.clock.now() - ended).to.be.below(65_000);
    await on.until(() => conditionsOf(on)["Conflict"] === undefined, "the end of the condition");
  });

  it("FSM-22 keeps what runs while a spec that breaks a rule is stored, and says so", async () => {
    const on = await leading(shop("cart"));
    await on.until(isSettled(on), "it is rolled out");
    const app = on.stored("Application", "shop") ?? {};
    const next = (generation: number, more: JsonObject): void => {
      const known = on.stored("Application", "shop") ?? {};
      on.double.store.put({ ...known, metadata: { ...asObject(known["metadata"]), generation }, ...more });
    };
    next(2, { spec: { components: [{ name: "cart", type: "teapot", properties: {} }] } });
    await on.until(() => conditionsOf(on)["Invalid"] !== undefined, "a condition");
    expect(conditionsOf(on)["Ready"]).to.match(/^False Invalid: not rolled out: spec\.components\[0\]\.type: .*teapot/);
    expect(at(on.stored("Application", "shop"), "status", "observedGeneration")).to.equal(2);
    on.double.store.remove(on.stored("Service", "cart") ?? {});
    await on.until(() => on.controller.world.get("Service", "shop", "cart") === undefined, "it is heard");
    await on.until(() => on.stored("Service", "cart") !== undefined, "the repair");
    expect(at(on.stored("Application", "shop"), "status", "latestRevision", "name")).to.equal("shop-v1");
    next(3, { spec: app["spec"] });
    await on.until(() => conditionsOf(on)["Invalid"] === undefined, "the end of the condition");
    expect(at(on.stored("Application", "shop"), "status", "observedGeneration")).to.equal(3);
  });

  it("API-06 keeps what runs while the revision of a new spec cannot be recorded", async () => {
    const on = await leading(shop("cart"));
    await on.until(isSettled(on), "it is rolled out");
    const refusal = { status: 403, body: status(403, "Forbidden", "exceeded quota") };
    on.double.script = ({ path }) => (path.endsWith("/applicationrevisions/shop-v2") ? refusal : undefined);
    const known = on.stored("Application", "shop") ?? {};
    const metadata = { ...asObject(known["metadata"]), generation: 2 };
    on.double.store.put({ ...known, metadata, spec: shop("cart", "till")["spec"] ?? null });
    await on.until(() => conditionsOf(on)["Blocked"] !== undefined, "a condition");
    expect(at(on.stored("Application", "shop"), "status", "observedGeneration")).to.equal(2);
    on.double.store.remove(on.stored("Service", "cart") ?? {});
    await on.until(() => on.controller.world.get("Service", "shop", "cart") === undefined, "it is heard");
    const began = on.clock.now();
    await on.until(() => on.stored("Service", "cart") !== undefined, "the repair");
    expect(on.clock.now() - began).to.be.below(5_000);
    expect(on.stored("Service", "till")).to.equal(undefined);
    on.double.script = () => undefined;
    await on.until(() => on.stored("Service", "till") !== undefined, "the new spec");
    await on.until(() => conditionsOf(on)["Blocked"] === undefined, "the end of the condition");
  });

  const kept: readonly [what: string, code: number, method: string, path: RegExp, name: string][] = [
    [
      "how a run ended",
      403,
      "PATCH",
      /\/applicationrevisions\/shop-v1\/status$/,
      "ApplicationRevision shop-v1 (status)",
    ],
    [
      "how a run ended",
      404,
      "PATCH",
      /\/applicationrevisions\/shop-v1\/status$/,
      "ApplicationRevision shop-v1 (status)",
    ],
    ["the ResourceTracker", 403, "PATCH", /\/resourcetrackers\//, "ResourceTracker shop.shop.rollguard"],
    ["the ResourceTracker", 409, "PATCH", /\/resourcetrackers\//, "ResourceTracker shop.shop.rollguard"],
    ["the ResourceTracker", 504, "PATCH", /\/resourcetrackers\//, "ResourceTracker shop.shop.rollguard"],
  ];
  for (const [what, code, method, pattern, name] of kept)
    it(`API-06 goes on where ${what} cannot be written: ${code}`, async () => {
      const on = await leading(shop("cart"));
      const reasons: Readonly<Record<number, string>> = {
        403: "Forbidden",
        404: "NotFound",
        409: "Conflict",
        504: "Timeout",
      };
      const refusal = { status: code, body: status(code, reasons[code] ?? "", "no") };
      const isIt = (request: { method: string; path: string }) =>
        request.method === method && pattern.test(request.path);
      on.double.script = (request) => (isIt(request) ? refusal : undefined);
      await on.until(isSettled(on), "it is rolled out");
      ready(on, "cart");
      const type = code === 409 ? "Conflict" : "Blocked";
      await on.until(() => conditionsOf(on)[type] !== undefined, "a condition");
      expect(conditionsOf(on)[type]).to.include(name);
      await on.until(() => warningsOf(on).includes(type), "an Event");
      await wait(on, 40_000);
      const tries = on.double.received.filter(isIt).length;
      const statuses = written(on, "/applications/shop/status");
      await wait(on, 60_000);
      expect(on.double.received.filter(isIt).length - tries).to.be.within(1, code === 403 || code === 404 ? 4 : 16);
      expect(written(on, "/applications/shop/status")).to.equal(statuses);
      const began = on.clock.now();
      on.double.store.remove(on.stored("Service", "cart") ?? {});
      await on.until(() => on.controller.world.get("Service", "shop", "cart") === undefined, "it is heard");
      await on.until(() => on.stored("Service", "cart") !== undefined, "the repair");
      expect(on.clock.now() - began).to.be.below(5_000);
      on.double.script = () => undefined;
      await on.until(() => conditionsOf(on)[type] === undefined, "the end of the condition");
      expect(on.double.received.filter(isIt).length).to.be.above(tries);
    });

  it("API-06 tells steadily of old revisions that may not be deleted", async () => {
    const revisions = Array.from({ length: 15 }, (_, i) => ({
      apiVersion: "core.oam.dev/v1beta1",
      kind: "ApplicationRevision",
      metadata: { name: `shop-v${i + 1}`, namespace: "shop", labels: { "app.oam.dev/name": "shop" } },
    }));
    const on = await leading(shop("cart"), ...revisions);
    const refusal = { status: 403, body: status(403, "Forbidden", "keep them") };
    on.double.script = ({ method, path }) =>
      method === "DELETE" && path.includes("/applicationrevisions/") ? refusal : undefined;
    await on.until(isSettled(on), "it is rolled out");
    ready(on, "cart");
    await on.until(() => conditionsOf(on)["Blocked"] !== undefined, "a condition");
    const statuses = written(on, "/applications/shop/status");
    await wait(on, 60_000);
    expect(written(on, "/applications/shop/status") - statuses).to.equal(0);
    expect(conditionsOf(on)).to.have.property("Blocked");
    on.double.script = () => undefined;
    await on.until(() => on.stored("ApplicationRevision", "shop-v1") === undefined, "they go");
    await on.until(() => conditionsOf(on)["Blocked"] === undefined, "the end of the condition");
  });

  it("FSM-22 says so too where nothing runs yet, and writes nothing", async () => {
    const on = await leading({
      ...shop("cart"),
      spec: { components: [{ name: "cart", type: "teapot", properties: {} }] },
    });
    await on.until(() => conditionsOf(on)["Invalid"] !== undefined, "a condition");
    await wait(on, 5_000);
    const kinds = new Set([...on.double.store.objects.values()].map(({ kind }) => String(kind)));
    expect([...kinds].sort()).to.deep.equal(["Application", "Event", "Lease"]);
  });
});
