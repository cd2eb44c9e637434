import { expect } from "chai";
import { ApiError } from "../../src/cluster/api.ts";
import { Holds } from "../../src/controller/holds.ts";
import { PlayClock } from "../cluster/play-clock.ts";

const place = { kind: "VirtualService", name: "reviews" };
const desired = { kind: "VirtualService", spec: { weight: 90 } };
const foreign = (generation: number) => ({ metadata: { uid: "u", generation } });

function held() {
  const clock = new PlayClock();
  const holds = new Holds(clock);
  const seconds = (generation = 0) => holds.of("shop/shop", place, foreign(generation))?.seconds;
  /** Writes it, so many milliseconds apart. */
  const write = (times: number, apart = 100, object = desired): void => {
    for (let time = 0; time < times; time++) {
      holds.written("shop/shop", place, object);
      clock.advance(apart);
    }
  };
  return { clock, holds, seconds, write };
}

describe("writes that wait", () => {
  it("are none of what has to be repaired now and then, or changes itself", () => {
    const { seconds, write } = held();
    write(10, 16_000);
    expect(seconds()).to.equal(undefined);
    for (let weight = 0; weight < 10; weight++) write(1, 100, { ...desired, spec: { weight } });
    expect(seconds()).to.equal(undefined);
  });

  it("are those of an object that had to be written alike five times in a minute, until nobody changes it for 10 s", () => {
    const { clock, seconds, write } = held();
    write(5);
    expect(seconds()).to.equal(undefined);
    write(1);
    expect(seconds(1)).to.equal(10);
    clock.advance(9_000);
    expect(seconds(1)).to.equal(1);
    expect(seconds(2)).to.equal(10);
    clock.advance(10_000);
    expect(seconds(2)).to.equal(undefined);
  });

  it("are tried after a minute though somebody goes on, and wait again at once when he answers", () => {
    const { clock, seconds, write } = held();
    write(6, 0);
    let waited = 0;
    for (let generation = 1; seconds(generation) !== undefined; generation++) {
      clock.advance(1_000);
      waited++;
    }
    expect(waited).to.equal(60);
    write(1);
    expect(seconds(1_000)).to.equal(20);
  });

  it("are none where nobody answered the last one", () => {
    const { clock, seconds, write } = held();
    write(6, 0);
    expect(seconds(1)).to.equal(10);
    clock.advance(10_000);
    write(1, 11_000);
    expect(seconds(2)).to.equal(undefined);
  });

  it("wait longer with every refusal, and not for a spec that is not the same", () => {
    const { clock, holds, seconds } = held();
    const refuse = () =>
      holds.failed("shop/shop", place, new ApiError({ status: 403, reason: "Forbidden", message: "" }));
    holds.accept("shop/shop", 1);
    const waits: (number | undefined)[] = [];
    for (let times = 0; times < 10; times++) {
      refuse();
      waits.push(seconds());
      clock.advance(30_000);
    }
    expect(waits).to.deep.equal([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30]);
    refuse();
    holds.accept("shop/shop", 1);
    expect(seconds()).to.equal(30);
    holds.accept("shop/shop", 2);
    expect(seconds()).to.equal(undefined);
  });
});
