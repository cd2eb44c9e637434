import { expect } from "chai";
import fc from "fast-check";
import { expectRest } from "./rest.ts";
import { endState, Rig } from "./rig.ts";
import { type Cast, cast, type Happening, happening, Story } from "./stories.ts";

/** How many random stories: `RUNS=1` are 10,000 and those that are cut short, `RUNS=10` ten times as many. */
const times = Number(process.env["RUNS"] ?? "0.1");
const key = "Application/default/shop";

function play(told: Cast, happenings: readonly Happening[], diesBefore: readonly number[] = []): Rig {
  const rig = new Rig(key, new Set(diesBefore));
  const story = new Story(told, rig);
  story.begin();
  rig.rest();
  for (const event of happenings) story.happen(event);
  return rig;
}

describe("random stories", () => {
  it("keep every invariant at every write, and come to rest", function () {
    this.timeout(600_000);
    const happenings = fc.array(happening, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(cast, happenings, (told, events) => {
        expectRest(play(told, events));
      }),
      { numRuns: Math.ceil(5000 * times) },
    );
  });

  it("keep them when the controller dies before any writes", function () {
    this.timeout(600_000);
    const happenings = fc.array(happening, { minLength: 1, maxLength: 6 });
    const deaths = fc.array(fc.nat({ max: 80 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(cast, happenings, deaths, (told, events, diesBefore) => {
        expectRest(play(told, events, diesBefore));
      }),
      { numRuns: Math.ceil(5000 * times) },
    );
  });

  it("end alike, before or after whichever write the controller dies", function () {
    this.timeout(600_000);
    const calm = happening
      .filter(({ what }) => !["crash", "fail", "delete", "restart controller", "watch lags"].includes(what))
      .map((event) => ({ ...event, rest: undefined }));
    fc.assert(
      fc.property(cast, fc.array(calm, { minLength: 1, maxLength: 3 }), (told, events) => {
        const whole = play(told, events);
        whole.rest();
        const end = endState(whole);
        for (let write = 0; write < whole.writes; write++) {
          const cutShort = play(told, events, [write]);
          cutShort.rest();
          expect(endState(cutShort), cutShort.fault(`died before write ${write}`).message).to.deep.equal(end);
        }
      }),
      { numRuns: Math.ceil(40 * times) },
    );
  });
});
