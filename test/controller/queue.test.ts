import { setImmediate } from "node:timers/promises";
import { expect } from "chai";
import { type Outcome, Queue } from "../../src/controller/queue.ts";
import { eventually, PlayClock } from "../cluster/play-clock.ts";

const done: Outcome = { wakeIn: undefined };
const failed: Outcome = { failed: true };

function begun(answer: (key: string, turn: number) => Outcome | Promise<Outcome>, workers = 2) {
  const clock = new PlayClock();
  const log: string[] = [];
  const work = async (key: string): Promise<Outcome> => {
    log.push(key);
    return answer(key, log.filter((other) => other === key).length);
  };
  return { clock, log, queue: new Queue({ work, workers, clock }) };
}

describe("the queue of Applications", () => {
  it("works on a key once, however often it is added", async () => {
    const { log, queue } = begun(() => done);
    queue.add("a");
    for (let i = 0; i < 10; i++) queue.add("b");
    await eventually(() => queue.length === 0);
    expect(log.filter((key) => key === "b").length).to.be.at.most(2);
    expect(log).to.include("a");
  });

  it("works again on a key that changed meanwhile, and never twice at a time", async () => {
    let open: (outcome: Outcome) => void = () => {};
    const { log, queue } = begun((_, turn) =>
      turn === 1 ? new Promise<Outcome>((resolve) => (open = resolve)) : done,
    );
    queue.add("a");
    queue.add("a");
    await setImmediate();
    expect(log).to.deep.equal(["a"]);
    open(done);
    await eventually(() => queue.length === 0);
    expect(log).to.deep.equal(["a", "a"]);
  });

  it("wakes a key when it said so", async () => {
    const { clock, log, queue } = begun((_, turn) => (turn === 1 ? { wakeIn: 12 } : done));
    queue.add("a");
    await eventually(() => queue.length === 0);
    clock.advance(11_999);
    expect(log).to.deep.equal(["a"]);
    clock.advance(1);
    await eventually(() => log.length === 2);
  });

  it("comes back to a key that fails later and later, whatever changes, and soon to one that no longer does", async () => {
    const { clock, log, queue } = begun((_, turn) => (turn <= 3 ? failed : done));
    queue.add("a");
    const waits: number[] = [];
    for (let turn = 1; turn <= 3; turn++) {
      await eventually(() => log.length === turn && queue.length === 0);
      queue.add("a");
      await setImmediate();
      expect(log.length).to.equal(turn);
      waits.push(clock.due);
      clock.advance(clock.due);
    }
    await eventually(() => log.length === 4 && queue.length === 0);
    expect(waits).to.deep.equal([200, 400, 800]);
    queue.add("a");
    await eventually(() => log.length === 5);
  });

  it("waits as long as the API server asks", async () => {
    const { clock, log, queue } = begun((_, turn) => (turn === 1 ? { failed: true, retryAfter: 7 } : done));
    queue.add("a");
    await eventually(() => log.length === 1 && queue.length === 0);
    expect(clock.due).to.equal(7_000);
  });

  it("works on no more keys at a time than it has workers", async () => {
    const open: (() => void)[] = [];
    const { log, queue } = begun(() => new Promise<Outcome>((resolve) => open.push(() => resolve(done))));
    for (const key of ["a", "b", "c"]) queue.add(key);
    await setImmediate();
    expect(log).to.deep.equal(["a", "b"]);
    open[0]?.();
    await eventually(() => log.length === 3);
  });

  it("ends when what it works on has ended, and begins nothing more", async () => {
    let open: () => void = () => {};
    const { log, queue } = begun(() => new Promise<Outcome>((resolve) => (open = () => resolve({ wakeIn: 1 }))));
    queue.add("a");
    await setImmediate();
    let isStopped = false;
    const stopped = queue.stop().then(() => (isStopped = true));
    queue.add("b");
    await setImmediate();
    expect(isStopped).to.equal(false);
    open();
    await stopped;
    expect(log).to.deep.equal(["a"]);
  });
});
