import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type Api, ApiError } from "../../src/cluster/api.ts";
import { systemClock } from "../../src/cluster/clock.ts";
import type { Istiod } from "../../src/cluster/istiods.ts";
import { Confirmations } from "../../src/controller/confirmations.ts";
import type { Claim } from "../../src/mesh/claim.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { scratchFile, scratchFolder } from "../support/program.ts";
import { cluster, configuration, IstiodDouble, synced } from "./istiod-double.ts";

const host = "reviews.shop.svc.cluster.local";
const before = configuration(host, { v1: 100 });
const after = configuration(host, { v1: 90, v2: 10 });
const claim: Claim = {
  service: "reviews",
  namespace: "shop",
  wanted: { resource: "routes", split: { v1: 90, v2: 10 } },
  sights: [{ type: "sidecar", labels: {}, resource: "routes", names: ["9080"] }],
};
const subsets: Claim = {
  ...claim,
  wanted: { resource: "clusters", ports: [9080], subsets: ["v1", "v2"] },
  sights: [{ type: "sidecar", labels: {}, resource: "clusters", names: [] }],
};
/** Milliseconds. */
const pace = 40;
const settle = 2_000;

const sliceOf = ({ host: address, pushPort, debugPort }: Istiod): KubeObject => ({
  metadata: { name: address, namespace: "istio-system" },
  addressType: "IPv4",
  endpoints: [{ addresses: [address] }],
  ports: [
    { name: "grpc-xds", port: pushPort },
    { name: "http-monitoring", port: debugPort },
  ],
});

describe("the confirmation of what proxies have", () => {
  const folder = scratchFolder();
  let doubles: IstiodDouble[] = [];
  let slices: KubeObject[] = [];
  let pods: string[] = [];
  let said: string[] = [];
  let news: string[] = [];
  let confirmations: Confirmations | undefined;

  afterEach(() => {
    confirmations?.stop();
    for (const double of doubles) double.stop();
    doubles = [];
  });

  /** As many istiods as hosts, and who asks them. */
  async function begin(...hosts: readonly string[]): Promise<{ first: IstiodDouble; second: IstiodDouble }> {
    const [first, second] = [await IstiodDouble.start(), await IstiodDouble.start()];
    doubles = [first, second];
    [pods, said, news] = [[], [], []];
    slices = hosts.map((address, index) => sliceOf((doubles[index] ?? first).istiod(address)));
    const api: Api = {
      namespace: "rollguard-system",
      call: async ({ path }) => {
        if (path.includes("endpointslices")) return { metadata: {}, items: slices };
        if (pods.some((pod) => path.endsWith(`/${pod}`)))
          return { metadata: { name: "pod" }, status: { phase: "Running" } };
        throw new ApiError({ status: 404, reason: "NotFound", message: "no such pod" });
      },
      open: () => Promise.reject(new Error("nothing is watched")),
      close: () => {},
    };
    confirmations = new Confirmations({
      api,
      clock: systemClock,
      home: "rollguard-system",
      namespace: "istio-system",
      tokenFile: scratchFile(folder, "token", "secret\n"),
      settleSeconds: settle / 1000,
      pace,
      log: (message) => said.push(message),
      onConfirmed: (application) => news.push(application),
    });
    return { first, second };
  }

  const ask = (signature = "1") => confirmations?.ask("shop/app", "reviews", signature, claim);
  const has = (signature = "1") => confirmations?.has("shop/app", "reviews", "routes", signature) ?? false;

  async function until(isSo: () => boolean): Promise<void> {
    for (const end = performance.now() + settle; !isSo(); await sleep(5))
      if (performance.now() > end) throw new Error(`not in time; said: ${said.join("; ")}`);
  }
  /** Some more questions, which change nothing. */
  const someRounds = async (double: IstiodDouble): Promise<void> => {
    const from = double.asked;
    await until(() => double.asked >= from + 4);
  };

  it("comes when every proxy has acknowledged the push, and is of that generation alone", async () => {
    const { first } = await begin("127.0.0.1");
    first.push(4, before);
    first.syncz = [synced("a.shop", 4), synced("b.shop", 4)];
    ask();
    await someRounds(first);
    first.push(5, after);
    first.syncz = [synced("a.shop", 5), synced("b.shop", 5, 4)];
    await someRounds(first);
    expect(has()).to.equal(false);
    first.syncz = [synced("a.shop", 5), synced("b.shop", 7), synced("gateway.istio-system", 5, "none")];
    await until(has);
    expect(news).to.deep.equal(["shop/app"]);
    expect(has("2")).to.equal(false);
    expect(said).to.deep.equal([]);
    expect([...first.tokens]).to.deep.equal(["Bearer secret"]);
  });

  it("comes for subsets with the clusters, whatever routes say", async () => {
    const { first } = await begin("127.0.0.1");
    const hasSubsets = () => confirmations?.has("shop/app", "reviews", "clusters", "1") ?? false;
    first.push(4, before);
    first.pushClusters(4, cluster(host, ""), cluster(host, "v1"));
    first.syncz = [synced("a.shop", 4)];
    confirmations?.ask("shop/app", "reviews", "1", subsets);
    await someRounds(first);
    first.pushClusters(5, cluster(host, ""), cluster(host, "v1"), cluster(host, "v2"));
    await someRounds(first);
    expect(hasSubsets()).to.equal(false);
    first.syncz = [synced("a.shop", 5, 4)];
    await until(hasSubsets);
    expect(has()).to.equal(false);
    expect(said).to.deep.equal([]);
  });

  it("comes with a push that was heard before the question", async () => {
    const { first } = await begin("127.0.0.1");
    const hasSubsets = (component: string) => confirmations?.has("shop/app", component, "clusters", "1") ?? false;
    const other = "ratings.shop.svc.cluster.local";
    first.pushClusters(4, cluster(host, "v1"), cluster(other, "v1"), cluster(other, "v2"));
    first.syncz = [synced("a.shop", 4)];
    confirmations?.ask("shop/app", "reviews", "1", subsets);
    await someRounds(first);
    confirmations?.ask("shop/app", "ratings", "1", { ...subsets, service: "ratings" });
    await until(() => hasSubsets("ratings"));
    expect(hasSubsets("reviews")).to.equal(false);
  });

  it("is no longer waited for where something else is there now", async () => {
    const { first } = await begin("127.0.0.1");
    first.push(4, before);
    first.syncz = [synced("a.shop", 4)];
    ask();
    await someRounds(first);
    confirmations?.supersede("shop/app", "reviews", "routes", "1");
    await someRounds(first);
    confirmations?.supersede("shop/app", "reviews", "routes", "2");
    await until(() => first.asking.length === 0);
    await sleep(settle);
    expect(said).to.deep.equal([]);
  });

  it("is forgotten with all that a leader knew, or that was told before the API server went back in time", async () => {
    const { first } = await begin("127.0.0.1");
    first.push(5, after);
    first.syncz = [synced("a.shop", 5)];
    ask();
    await until(has);
    confirmations?.forgetAll();
    expect(has()).to.equal(false);
    first.syncz = [synced("a.shop", 4)];
    ask();
    confirmations?.forgetAll();
    first.syncz = [synced("a.shop", 5)];
    await sleep(5 * pace);
    expect(has()).to.equal(false);
  });

  it("comes for routes where the clusters are too many, and those are not asked for again", async () => {
    const { first } = await begin("127.0.0.1");
    first.send(Buffer.alloc(17 * 2 ** 20), "clusters");
    first.push(4, before);
    first.syncz = [synced("a.shop", 4)];
    confirmations?.ask("shop/app", "reviews", "1", subsets);
    ask();
    await until(() => said.some((line) => line.includes("its answers are too long")));
    first.push(5, after);
    first.syncz = [synced("a.shop", 5)];
    await until(has);
    await someRounds(first);
    expect(first.asking).to.deep.equal([]);
  });

  it("closes what nobody waits for any more, while others wait", async () => {
    const { first } = await begin("127.0.0.1");
    first.push(4, before);
    first.pushClusters(4, cluster(host, "v1"), cluster(host, "v2"));
    first.syncz = [synced("a.shop", 4)];
    confirmations?.ask("shop/app", "reviews", "1", subsets);
    ask();
    await until(() => first.asking.length === 2);
    await until(() => JSON.stringify(first.asking) === '["routes"]');
    expect(confirmations?.has("shop/app", "reviews", "clusters", "1")).to.equal(true);
  });

  it("asks nobody when nothing is waited for", async () => {
    const { first } = await begin("127.0.0.1");
    first.push(5, after);
    first.syncz = [synced("a.shop", 5)];
    await sleep(3 * pace);
    expect(first.asked).to.equal(0);
    ask();
    await until(has);
    await until(() => first.listeners === 0);
    const { asked } = first;
    await sleep(3 * pace);
    expect(first.asked).to.equal(asked);
  });

  it("needs every istiod, each by its own count of pushes", async () => {
    const { first, second } = await begin("127.0.0.1", "localhost");
    first.push(50, after);
    first.syncz = [synced("a.shop", 50)];
    second.push(3, before);
    second.syncz = [synced("b.shop", 3)];
    ask();
    await someRounds(first);
    expect(has()).to.equal(false);
    second.push(4, after);
    await someRounds(first);
    expect(has()).to.equal(false);
    second.syncz = [synced("b.shop", 4)];
    await until(has);
  });

  it("does not come while a proxy is missing whose pod is there, and does when the pod is gone", async () => {
    const { first } = await begin("127.0.0.1");
    pods = ["b"];
    first.push(4, before);
    first.syncz = [synced("a.shop", 4), synced("b.shop", 4)];
    ask();
    await someRounds(first);
    first.push(5, after);
    first.syncz = [synced("a.shop", 5)];
    await someRounds(first);
    expect(has()).to.equal(false);
    pods = [];
    await until(has);
  });

  it("is undone by a push that says otherwise, and by a connection that ends", async () => {
    const { first } = await begin("127.0.0.1");
    first.push(5, after);
    first.push(6, before);
    first.syncz = [synced("a.shop", 6)];
    ask();
    await someRounds(first);
    expect(has()).to.equal(false);
    first.send(Buffer.from("no protocol buffer"));
    await until(() => said.length > 0);
    expect(said).to.deep.equal([
      "cannot confirm what proxies have, and waits for the settle time: istiod at 127.0.0.1: its answers are not understood",
    ]);
  });

  const faults: Readonly<Record<string, (first: IstiodDouble) => void>> = {
    "it does not accept the token": (first) => (first.syncz = 401),
    "it does not let the namespace of the token see its debug interface": (first) => (first.syncz = 403),
    "it has no debug interface": (first) => (first.syncz = 404),
    "it answers with HTTP status 500": (first) => (first.syncz = 500),
    "its list of proxies is not understood": (first) => (first.syncz = [{ other: "version" }]),
    "its list of proxies is not JSON": (first) => (first.syncz = "<html>"),
    "it has more proxies than are asked about": (first) => (first.syncz = "x".repeat(9_000_000)),
    "it cannot be reached": (first) => first.stop(),
    "a Service of istiod lacks the port": () => (slices = slices.map((slice) => ({ ...slice, ports: [] }))),
    "with the label app=istiod has endpoints": () => (slices = []),
  };
  for (const [reason, arrange] of Object.entries(faults))
    it(`never comes where ${reason}, which is said once`, async () => {
      const { first } = await begin("127.0.0.1");
      first.push(5, after);
      first.syncz = [synced("a.shop", 5)];
      arrange(first);
      ask();
      await until(() => said.some((line) => line.includes(reason)));
      await sleep(3 * pace);
      expect(said.filter((line) => line.includes(reason))).to.have.lengthOf(1);
      expect(has()).to.equal(false);
    });
});
