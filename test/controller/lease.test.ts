import { expect } from "chai";
import { objectPath, resources } from "../../src/cluster/resources.ts";
import { Leadership } from "../../src/controller/lease.ts";
import { at } from "../../src/model/json.ts";
import type { ApiDouble } from "../cluster/api-double.ts";
import { eventually, PlayClock } from "../cluster/play-clock.ts";
import { cleanUp, connected, later, startDouble } from "../cluster/rig.ts";

const path = objectPath(resources.Lease, "home", "leader");

async function candidate(double: ApiDouble, holder: string, clock: PlayClock) {
  const told: string[] = [];
  const leadership = new Leadership({
    api: await connected(double),
    namespace: "home",
    name: "leader",
    holder,
    clock,
    onGained: () => told.push("gained"),
    onLost: () => told.push("lost"),
    onFault: (error) => told.push(error instanceof Error ? error.message : String(error)),
  });
  later(() => leadership.stop());
  return { leadership, told };
}

describe("leadership", () => {
  afterEach(cleanUp);

  it("is of the first, and of the next one only when nothing was heard of it for the time of the Lease", async () => {
    const double = await startDouble();
    const [clock, other] = [new PlayClock(), new PlayClock()];
    const first = await candidate(double, "first", clock);
    await eventually(() => first.leadership.isLeader);
    const second = await candidate(double, "second", other);
    const turn = async (): Promise<void> => {
      await eventually(() => other.due <= 2_000);
      other.advance(2_000);
    };
    for (let seconds = 0; seconds < 14; seconds += 2) await turn();
    await eventually(() => other.due <= 2_000);
    expect(second.leadership.isLeader).to.equal(false);
    other.advance(2_000);
    await eventually(() => second.leadership.isLeader);
    expect(at(double.store.objects.get(path), "spec", "leaseTransitions")).to.equal(1);
    expect(second.told).to.deep.equal(["gained"]);
  });

  it("ends by the own clock before anybody else may begin, with the API server silent", async () => {
    const double = await startDouble();
    const clock = new PlayClock();
    const { leadership } = await candidate(double, "first", clock);
    await eventually(() => leadership.isLeader);
    double.script = () => "stall";
    clock.advance(9_999);
    expect(leadership.isLeader).to.equal(true);
    clock.advance(1);
    expect(leadership.isLeader).to.equal(false);
  });

  it("is another term after a gap, though the Lease was never another's", async () => {
    const double = await startDouble();
    const clock = new PlayClock();
    const { leadership, told } = await candidate(double, "first", clock);
    await eventually(() => leadership.isLeader);
    const term = leadership.term;
    // The process is paused: nothing of it runs, and the Lease is still its own.
    clock.advance(12_000);
    expect(leadership.isLeader).to.equal(false);
    await eventually(() => leadership.isLeader);
    expect(told).to.deep.equal(["gained", "lost", "gained"]);
    expect(leadership.term).to.equal(term + 1);
  });

  it("goes on without a word where it was renewed in time", async () => {
    const double = await startDouble();
    const clock = new PlayClock();
    const { leadership, told } = await candidate(double, "first", clock);
    for (let renewals = 1; renewals < 10; renewals++) {
      await eventually(() => leadership.isLeader && double.count("PUT") === renewals - 1 && clock.due <= 2_000);
      clock.advance(2_000);
    }
    expect(told).to.deep.equal(["gained"]);
  });

  it("is given back at the end, so that the next one need not wait", async () => {
    const double = await startDouble();
    const first = await candidate(double, "first", new PlayClock());
    await eventually(() => first.leadership.isLeader);
    await first.leadership.stop();
    expect(first.told).to.deep.equal(["gained"]);
    expect(at(double.store.objects.get(path), "spec", "holderIdentity")).to.equal("");
    const second = await candidate(double, "second", new PlayClock());
    await eventually(() => second.leadership.isLeader);
  });

  it("is of one only where two come at once", async () => {
    const double = await startDouble();
    const both = await Promise.all(["first", "second"].map((holder) => candidate(double, holder, new PlayClock())));
    await eventually(() => both.some(({ leadership }) => leadership.isLeader));
    await eventually(() => double.received.filter(({ method }) => method !== "GET").length >= 1);
    expect(both.filter(({ leadership }) => leadership.isLeader)).to.have.length(1);
    expect(both.flatMap(({ told }) => told).filter((line) => line !== "gained")).to.deep.equal([]);
  });
});
