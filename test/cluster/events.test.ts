import { expect } from "chai";
import { microTime, type Telling } from "../../src/cluster/event.ts";
import { Events } from "../../src/cluster/events.ts";
import { at } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import type { ApiDouble } from "./api-double.ts";
import { eventually, PlayClock } from "./play-clock.ts";
import { cleanUp, connected, later, service, startDouble } from "./rig.ts";

const telling: Telling = {
  regarding: service("cart"),
  type: "Normal",
  reason: "Running",
  action: "Reconcile",
  note: "running",
};

describe("cluster: Events", () => {
  let double: ApiDouble;
  let clock: PlayClock;
  let events: Events;
  const stored = (): readonly KubeObject[] => [...double.store.objects.values()].filter(({ kind }) => kind === "Event");

  beforeEach(async () => {
    double = await startDouble();
    clock = new PlayClock();
    const onFault = (error: unknown): void => {
      throw error;
    };
    events = new Events({ api: await connected(double), instance: "test", onFault, clock });
    later(() => events.close());
  });
  afterEach(cleanUp);

  it("are written once a minute, with the time when they were told last", async () => {
    events.tell(telling);
    await eventually(() => stored().length === 1);
    clock.advance(10_000);
    events.tell(telling);
    const last = microTime(clock.date());
    clock.advance(50_000);
    await eventually(() => at(stored()[0], "series") !== undefined);
    expect(at(stored()[0], "series")).to.deep.equal({ count: 2, lastObservedTime: last });
  });

  it("have the time when they were told first, though they could not be written then", async () => {
    double.script = () => ({ status: 500 });
    const faults: unknown[] = [];
    const api = await connected(double);
    const others = new Events({ api, instance: "test", onFault: (error) => faults.push(error), clock });
    const first = microTime(clock.date());
    others.tell(telling);
    await eventually(() => faults.length === 1);
    double.script = () => undefined;
    clock.advance(30_000);
    others.tell(telling);
    await others.close();
    expect(stored().map(({ eventTime }) => eventTime)).to.deep.equal([first]);
  });

  it("are no series where they belong to different episodes", async () => {
    for (const episode of ["1", "1", "2"]) events.tell({ ...telling, episode });
    await events.close();
    expect(stored().map((event) => at(event, "series", "count"))).to.deep.equal([2, undefined]);
  });
});
