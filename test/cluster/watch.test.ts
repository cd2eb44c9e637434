import { expect } from "chai";
import type { Api } from "../../src/cluster/api.ts";
import { at } from "../../src/model/json.ts";
import { nameOf } from "../../src/model/world.ts";
import { type ApiDouble, kindOf, type Received, status } from "./api-double.ts";
import { eventually, PlayClock } from "./play-clock.ts";
import { cleanUp, connected, service, startDouble } from "./rig.ts";
import { broken, following, recovered, retry, stored, type Watched, watchServices } from "./watched.ts";

const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const sorted = (record: unknown): unknown => Object.entries(record ?? {}).sort();

describe("cluster: watch", () => {
  let double: ApiDouble;
  let clock: PlayClock;
  let api: Api;

  const isSame = ({ cached }: Watched): boolean => isEqual(cached(), stored(double));
  const put = (count: number, prefix = "s"): void => {
    for (let i = 0; i < count; i++) double.store.put(service(`${prefix}${i}`));
  };
  const onWatch = (reaction: ReturnType<ApiDouble["script"]>) => (request: Received) =>
    kindOf(request) === "WATCH" ? reaction : undefined;

  beforeEach(async () => {
    double = await startDouble();
    clock = new PlayClock();
    api = await connected(double, clock);
  });
  afterEach(cleanUp);

  it("lists, says so, and follows", async () => {
    put(2);
    const watched = watchServices(api, clock);
    await following(watched);
    double.store.put(service("s0", { spec: { ports: [] } }));
    double.store.remove(service("s1"));
    double.store.put(service("late"));
    await eventually(() => watched.told.length === 6);
    expect(watched.told).to.deep.equal(["+ s0", "+ s1", "synced", "~ s0", "- s1", "+ late"]);
    expect(watched.watch.get("shop", "late")).to.include({ apiVersion: "v1", kind: "Service" });
    expect(watched.watch.state).to.deep.include({ isSynced: true, silence: 0, lists: 1, failure: undefined });
  });

  it("asks for pages, bookmarks and an end between 240 and 300 s", async () => {
    const watched = watchServices(api, clock, { namespace: "shop", labelSelector: "app.oam.dev/name" });
    await following(watched);
    const [list, watch] = double.received;
    expect([list?.path, list?.query.get("limit")]).to.deep.equal(["/api/v1/namespaces/shop/services", "500"]);
    expect(watch?.query.get("labelSelector")).to.equal("app.oam.dev/name");
    expect(watch?.query.get("allowWatchBookmarks")).to.equal("true");
    expect(Number(watch?.query.get("timeoutSeconds"))).to.be.within(240, 300);
  });

  it("INF-01 a watch that is silent for 90 s is given up, and its silence shows", async () => {
    put(1);
    const watched = watchServices(api, clock);
    await following(watched);
    clock.advance(60_000);
    double.bookmark();
    await eventually(() => watched.watch.state.silence === 0);
    clock.advance(89_999);
    expect(watched.watch.state).to.include({ silence: 89_999, failure: undefined });
    clock.advance(1);
    await eventually(() => watched.watch.state.failure !== undefined && double.watches === 0);
    expect(watched.watch.state.silence).to.be.at.least(90_000);
    await recovered(watched, clock);
    expect(double.count("LIST"), "nothing was missed").to.equal(1);
  });

  it("INF-02 a server that closes every watch at once gets at most 20 requests in 60 s", async () => {
    double.script = onWatch({ status: 200 });
    const watched = watchServices(api, clock);
    while (clock.now() < 60_000) await retry(watched, clock);
    expect(double.received.length).to.be.within(8, 20);
  });

  it("INF-02 the pause is short again after 60 s of health", async () => {
    double.script = onWatch({ status: 200 });
    const watched = watchServices(api, clock);
    for (let i = 0; i < 6; i++) await retry(watched, clock);
    await broken(watched);
    double.script = () => undefined;
    await recovered(watched, clock);
    clock.advance(60_000);
    double.endWatches();
    await broken(watched);
    expect(clock.due).to.equal(200);
  });

  const gone: Record<string, (double: ApiDouble) => void> = {
    "as HTTP status": (at) => {
      at.store.compact();
      at.cutAll();
    },
    "as an event": (at) => at.send(`${JSON.stringify({ type: "ERROR", object: status(410, "Expired") })}\n`),
    "as a bare Status": (at) => at.send(`${JSON.stringify(status(410, "Gone"))}\n`),
    "as a reason alone": (at) => at.send('{"type":"ERROR","object":{"kind":"Status","reason":"ResourceExpired"}}\n'),
  };
  for (const [form, happen] of Object.entries(gone)) {
    it(`INF-03 410 ${form}: a new list, and what went in the meantime is told as deleted`, async () => {
      put(1200);
      const watched = watchServices(api, clock);
      await following(watched);
      expect(double.count("LIST")).to.equal(3);
      double.feed = () => [];
      for (let i = 0; i < 100; i++) double.store.remove(service(`s${i}`));
      put(10, "late");
      happen(double);
      watched.told.length = 0;
      await recovered(watched, clock);
      expect(isSame(watched)).to.equal(true);
      expect(watched.told.filter((line) => line.startsWith("- "))).to.have.length(100);
      expect(watched.told.filter((line) => line.startsWith("+ late"))).to.have.length(10);
      expect(watched.told).to.have.length(110);
    });
  }

  it("INF-04 a list that ends on one of its pages is no list: nothing is told as deleted", async () => {
    put(2500);
    const watched = watchServices(api, clock);
    await following(watched);
    double.feed = () => [];
    double.store.put(service("late"));
    double.store.compact();
    let cuts = 0;
    double.script = (request) =>
      kindOf(request) === "LIST" && request.query.get("continue")?.endsWith("@1000") && cuts++ < 30 ? "cut" : undefined;
    double.cutAll();
    await recovered(watched, clock);
    expect(cuts).to.be.above(30);
    expect(watched.told.filter((line) => line.startsWith("- "))).to.deep.equal([]);
    expect(watched.watch.state.lists).to.equal(2);
    expect(isSame(watched)).to.equal(true);
  }).timeout(30_000);

  it("INF-04 a list whose next page has expired begins anew", async () => {
    put(1000);
    let isFirst = true;
    double.script = ({ query }) => {
      if (!query.has("continue") || !isFirst) return undefined;
      isFirst = false;
      return { status: 410, body: status(410, "Expired") };
    };
    const watched = watchServices(api, clock);
    await recovered(watched, clock);
    expect(isSame(watched)).to.equal(true);
    expect(watched.told.slice(-1)).to.deep.equal(["synced"]);
  });

  it("INF-06 revisions that go back, as after a restore: one list, everything is told anew", async () => {
    put(300);
    const watched = watchServices(api, clock);
    await following(watched);
    double.store.rewind(200);
    watched.told.length = 0;
    double.cutAll();
    await recovered(watched, clock);
    expect(isSame(watched)).to.equal(true);
    expect(watched.watch.state).to.include({ lists: 2, rewinds: 1 });
    expect(watched.told[0]).to.equal("rewound");
    expect(watched.told.filter((line) => line.startsWith("- "))).to.have.length(200);
    expect(watched.told.filter((line) => line.startsWith("~ "))).to.have.length(100);
    double.store.put(service("s0", { spec: {} }));
    await eventually(() => isSame(watched));
  });

  it("INF-07 an object that was made anew under its name is another one", async () => {
    const seen: string[] = [];
    double.store.put(service("s"));
    const watched = watchServices(api, clock, {
      onChange: ({ before, after }) =>
        void seen.push(`${after ? (before ? "~" : "+") : "-"} ${String(at(after ?? before, "metadata", "uid"))}`),
    });
    await following(watched);
    double.feed = () => [];
    double.store.remove(service("s"));
    double.store.put(service("s"));
    double.store.compact();
    double.cutAll();
    await recovered(watched, clock);
    await eventually(() => isSame(watched));
    expect(seen).to.deep.equal(["+ uid-1", "- uid-1", "+ uid-2"]);
  });

  it("INF-08 a handler that throws is told again, and harms nobody else", async () => {
    put(70);
    const learned = new Set<string>();
    let calls = 0;
    const watched = watchServices(api, clock, {
      onChange: ({ after = {} }) => {
        if (++calls % 7 === 0) throw new Error("no");
        learned.add(nameOf(after));
      },
    });
    await following(watched);
    expect(watched.watch.state.faults).to.equal(10);
    expect(learned).to.have.property("size", 60);
    clock.advance(10_000);
    expect(learned).to.have.property("size", 70);
  });

  it("INF-09 events that are told again change nothing", async () => {
    put(5);
    const watched = watchServices(api, clock);
    await following(watched);
    put(5);
    await eventually(() => isSame(watched));
    const before = [...watched.told];
    for (let i = 0; i < 5; i++) for (const event of double.store.history) double.send(`${JSON.stringify(event)}\n`);
    double.store.put(service("end"));
    await eventually(() => isSame(watched));
    expect(watched.told).to.deep.equal([...before, "+ end"]);
  });

  it("INF-10 what no event told is found within 10 minutes", async () => {
    put(50);
    const watched = watchServices(api, clock);
    await following(watched);
    let count = 0;
    double.feed = (events) => events.filter(() => ++count % 5 !== 0);
    put(50);
    for (let i = 0; i < 20; i++) double.store.remove(service(`s${i}`));
    await eventually(() => watched.told.length > 100);
    expect(isSame(watched)).to.equal(false);
    for (const end of [300_000, 600_000]) {
      while (clock.now() < end - 60_000) {
        clock.advance(60_000);
        double.bookmark();
        await eventually(() => watched.watch.state.silence === 0);
      }
      double.endWatches();
      await recovered(watched, clock);
    }
    expect(clock.now()).to.be.at.most(600_000);
    expect(isSame(watched)).to.equal(true);
  });

  it("INF-15 others get their turn between the pages of a list", async () => {
    put(2000);
    let handled = 0;
    let most = 0;
    const watched = watchServices(api, clock, { onChange: () => void handled++ });
    while (!watched.watch.state.isSynced) {
      const before = handled;
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, handled - before);
    }
    expect(handled).to.equal(2000);
    expect(most).to.be.at.most(500);
  });

  it("INF-17 started and stopped 300 times, it leaves no connection open", async () => {
    put(600);
    for (let i = 0; i < 300; i++) {
      const watched = watchServices(api, clock);
      for (let turn = i % 10; turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve));
      await watched.watch.stop();
    }
    api.close();
    await eventually(() => double.sockets.size === 0 && double.watches === 0);
    expect(clock.due, "no timer is left").to.equal(Number.POSITIVE_INFINITY);
  }).timeout(30_000);

  it("INF-18 a line of more than 16 MiB: a new list", async () => {
    put(3);
    const watched = watchServices(api, clock);
    await following(watched);
    double.send(Buffer.alloc(17 * 1024 * 1024, "x"));
    await recovered(watched, clock);
    expect(watched.watch.state.lists).to.equal(2);
  });

  it("API-06 without the right to list there is no hot loop", async () => {
    double.script = () => ({ status: 403, body: status(403, "Forbidden") });
    const watched = watchServices(api, clock);
    while (clock.now() < 300_000) await retry(watched, clock);
    expect(double.received.length).to.be.at.most(20);
    expect(watched.watch.state.failure).to.include({ reason: "Forbidden" });
    expect(watched.told).to.deep.equal([]);
    double.script = () => undefined;
    put(1);
    await recovered(watched, clock);
    await eventually(() => isSame(watched));
  });

  it("API-08 a server that restarts costs at most one list each time", async () => {
    put(100);
    const watched = watchServices(api, clock);
    await following(watched);
    for (let restart = 1; restart <= 10; restart++) {
      double.script = () => ({ status: 503 });
      double.cutAll();
      for (const down = clock.now() + 6_000; clock.now() < down; ) await retry(watched, clock);
      await broken(watched);
      double.script = () => undefined;
      double.store.put(service(`s${restart}`, { spec: { restart } }));
      await recovered(watched, clock);
      expect(isSame(watched)).to.equal(true);
      expect(watched.watch.state.lists).to.be.at.most(1 + restart);
    }
    expect(watched.told.some((line) => line.startsWith("- "))).to.equal(false);
  });

  it("a resource that the cluster does not know has no objects, until it does", async () => {
    double.script = () => ({ status: 404, body: status(404, "NotFound") });
    const watched = watchServices(api, clock);
    await eventually(() => watched.watch.state.isSynced);
    double.script = () => undefined;
    put(1);
    await recovered(watched, clock);
    await eventually(() => isSame(watched));
    expect(watched.told).to.deep.equal(["synced", "+ s0"]);
  });

  it("keeps what it knows where a resource is not served for a while", async () => {
    put(3);
    const watched = watchServices(api, clock);
    await following(watched);
    double.script = () => ({ status: 404, body: status(404, "NotFound") });
    double.cutAll();
    for (let i = 0; i < 8; i++) await retry(watched, clock);
    expect(isSame(watched)).to.equal(true);
  });
});
