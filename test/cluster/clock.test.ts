import { mock } from "node:test";
import { expect } from "chai";
import { systemClock } from "../../src/cluster/clock.ts";

const day = 86_400_000;

describe("cluster: the clock of the system", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(() => mock.timers.reset());

  it("waits for months, which is more than a timer of Node can", () => {
    let acted = 0;
    systemClock.after(60 * day, () => acted++);
    mock.timers.tick(30 * day);
    mock.timers.tick(30 * day - 1);
    expect(acted).to.equal(0);
    mock.timers.tick(1);
    mock.timers.tick(60 * day);
    expect(acted).to.equal(1);
  });

  it("does not act when it was told not to, however often it has waited on", () => {
    let acted = 0;
    const cancel = systemClock.after(60 * day, () => acted++);
    mock.timers.tick(30 * day);
    cancel();
    mock.timers.tick(60 * day);
    expect(acted).to.equal(0);
  });
});

describe("cluster: a wait of a month on Node's own timers", () => {
  it("does not end at once", async () => {
    let acted = 0;
    const cancel = systemClock.after(30 * day, () => acted++);
    await new Promise((resolve) => systemClock.after(20, () => resolve(undefined)));
    cancel();
    expect(acted).to.equal(0);
  });
});
