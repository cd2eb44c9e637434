import { expect } from "chai";
import { confirmedLog, isUnmistakable, logged, type SeenState, type StateLog } from "../../src/mesh/state-log.ts";

const settle = 12_000;
const mesh = (generation: number, content: string): SeenState => ({ id: "mesh", generation, content });
const gateway = (generation: number, content: string): SeenState => ({ id: "gateway", generation, content });

type Look = readonly [seconds: number, ...routes: readonly SeenState[]];

/** What comes of some looks; the first one of a process that did not see the beginning, unless said otherwise. */
const knows = (looks: readonly Look[], isFirstEver = false): boolean => {
  let log: StateLog | undefined;
  for (const [seconds, ...routes] of looks) {
    const now = seconds * 1000;
    log = logged(log, routes, now, isFirstEver ? Number.NEGATIVE_INFINITY : now);
  }
  return log !== undefined && isUnmistakable(log, settle);
};

const cases: readonly { readonly name: string; readonly looks: readonly Look[]; readonly is: boolean }[] = [
  {
    name: "a new split",
    looks: [
      [0, mesh(1, "A")],
      [20, mesh(2, "B")],
    ],
    is: true,
  },
  {
    name: "step after step",
    looks: [
      [0, mesh(1, "A")],
      [20, mesh(2, "B")],
      [23, mesh(3, "C")],
    ],
    is: true,
  },
  {
    name: "the same again, looked at twice",
    looks: [
      [0, mesh(1, "A")],
      [20, mesh(2, "B")],
      [25, mesh(2, "B")],
    ],
    is: true,
  },
  {
    name: "another field",
    looks: [
      [0, mesh(1, "A")],
      [20, mesh(2, "A")],
    ],
    is: true,
  },
  {
    name: "there and back",
    looks: [
      [0, mesh(1, "A")],
      [20, mesh(2, "B")],
      [22, mesh(3, "A")],
    ],
    is: false,
  },
  {
    name: "there and back, long ago",
    looks: [
      [0, mesh(1, "A")],
      [20, mesh(2, "B")],
      [40, mesh(3, "A")],
    ],
    is: true,
  },
  {
    name: "there and back of one of two",
    looks: [
      [0, mesh(1, "A"), gateway(1, "A")],
      [20, mesh(2, "B"), gateway(2, "B")],
      [22, mesh(3, "A"), gateway(3, "C")],
    ],
    is: false,
  },
  {
    name: "one after the other",
    looks: [
      [0, mesh(1, "A"), gateway(1, "A")],
      [20, mesh(2, "B"), gateway(1, "A")],
      [21, mesh(2, "B"), gateway(2, "B")],
    ],
    is: true,
  },
  {
    name: "a generation that nobody saw",
    looks: [
      [0, mesh(1, "A")],
      [20, mesh(3, "B")],
    ],
    is: false,
  },
  {
    name: "one made anew",
    looks: [
      [0, mesh(1, "A")],
      [20, { id: "other", generation: 1, content: "B" }],
    ],
    is: false,
  },
  {
    name: "one that went",
    looks: [
      [0, mesh(1, "A"), gateway(1, "A")],
      [20, mesh(2, "B")],
    ],
    is: false,
  },
  {
    name: "one that came",
    looks: [
      [0, mesh(1, "A")],
      [20, mesh(2, "B"), gateway(1, "B")],
    ],
    is: true,
  },
  {
    name: "a process that just began",
    looks: [
      [0, mesh(7, "A")],
      [3, mesh(8, "B")],
    ],
    is: false,
  },
  { name: "the first look", looks: [[0, mesh(1, "A")]], is: false },
];

describe("the log of what a component's routes and subsets have been", () => {
  for (const { name, looks, is } of cases)
    it(`${is ? "knows" : "does not know"} which push has it: ${name}`, () => expect(knows(looks)).to.equal(is));

  it("begins in full where there never was a route", () => {
    expect(knows([[0], [1, mesh(1, "A")], [2, mesh(2, "B")]], true)).to.equal(true);
    expect(knows([[0], [1, mesh(1, "A")], [2, mesh(2, "B")]], false)).to.equal(false);
  });

  it("begins anew once every proxy has the latest", () => {
    const there = [mesh(1, "A"), mesh(2, "B")].reduce<StateLog | undefined>(
      (log, route, index) => logged(log, [route], index * 1000, Number.NEGATIVE_INFINITY),
      undefined,
    );
    if (!there) throw new Error("two looks make a log");
    const back = (log: StateLog) => isUnmistakable(logged(log, [mesh(3, "A")], 2_000, 2_000), settle);
    expect(back(there)).to.equal(false);
    expect(back(confirmedLog(there))).to.equal(true);
  });

  it("forgets what is longest ago, and that it knew it", () => {
    const looks = Array.from({ length: 30 }, (_, i): Look => [i * 0.1, mesh(i + 1, String(i))]);
    expect(knows([[0], ...looks], true)).to.equal(false);
  });
});
