import { expect } from "chai";
import { eventText } from "../src/cli/event-text.ts";
import { timeline } from "../src/cli/timeline.ts";
import { clock } from "../src/simulate/clock.ts";
import type { Frame } from "../src/simulate/frame.ts";

const frame = (at: number, event: string, more: Partial<Frame> = {}): Frame => ({
  at,
  event,
  phase: "running",
  step: "",
  why: "nothing to do",
  components: {},
  ...more,
});

/** What is told beneath the title, without what stands before it. */
const told = (...frames: readonly Frame[]): readonly string[] =>
  timeline(frames, (event) => event.startsWith("apply"))
    .split("\n")
    .slice(1)
    .map((line) => line.trim().replace(/ +/g, " "))
    .filter((line) => line !== "");

describe("the text of a timeline", () => {
  it("tells times in minutes, seconds and tenths", () => {
    const times = [0, 16, 75.5, 0.96, 59.97, 28.000_000_1].map(clock);
    expect(times).to.deep.equal(["0:00", "0:16", "1:15.5", "0:01.0", "1:00.0", "0:28"]);
  });

  it("tells of one thing at one moment only what became of it", () => {
    expect(eventText(["a is Rolling", "runningWorkflow at a", "a is Waiting", "running"])).to.equal(
      "a is Waiting, running",
    );
    expect(eventText(["runningWorkflow at s1", "b is Stable", "workflowSuspending at ok"])).to.equal(
      "b is Stable, workflowSuspending at ok",
    );
    expect(eventText(["a runs batch 2 of 3", "a is Stable"])).to.equal("a is Stable");
  });

  it("lists like objects", () => {
    const made = ["create Deployment a", "create Deployment b", "create Deployment c", "create Job d"];
    expect(eventText(made)).to.equal("create Deployment a, b and c, create Job d");
  });

  it("tells a wait of some seconds, and no short one", () => {
    const wait = { why: "the proxies learn the new weights, until 0:16" };
    expect(told(frame(1, "one", wait), frame(4, "two", wait), frame(16, "three"), frame(30, "four"))).to.deep.equal([
      "0:01 one",
      "0:04 two",
      "\u2026 the proxies learn the new weights, until 0:16",
      "0:16 three",
      "0:30 four",
    ]);
  });

  it("tells what a person can do before the wait ends by itself, once", () => {
    const timed = { why: "suspended at a until 0:40; go on before with rollguard resume shop" };
    const last = { why: "suspended at b; a person goes on with rollguard resume shop" };
    expect(told(frame(1, "one", timed), frame(10, "two", timed), frame(40, "three", last))).to.deep.equal([
      "0:01 one",
      "0:10 two",
      `= ${timed.why}`,
      "0:40 three",
      `= ${last.why}`,
    ]);
  });

  it("says at its end where it stands, also after an act that changes nothing", () => {
    const asked = { why: "suspended at a; a person goes on with rollguard resume shop" };
    expect(told(frame(1, "one", asked), frame(1, "apply a", asked), frame(2, "apply b", asked))).to.deep.equal([
      "0:01 one",
      `= ${asked.why}`,
      "0:01 > apply a",
      "0:02 > apply b",
      `= ${asked.why}`,
    ]);
    expect(told(frame(1, "one"), frame(1, "apply a"))).to.deep.equal(["0:01 one", "0:01 > apply a", "= nothing to do"]);
    expect(told(frame(1, "one", { why: "0 of 1 pods of a-v1 are ready" }))).to.deep.equal([
      "0:01 one",
      "\u2026 0 of 1 pods of a-v1 are ready",
    ]);
  });

  const stateOf = (name: string): Partial<Frame> => ({
    application: name,
    why: `suspended; a person goes on with rollguard resume ${name}`,
    components: { [name]: { phase: "Stable", batch: 0, revisions: { [`${name}-v1`]: { replicas: 2, ready: 2 } } } },
  });

  it("shows of several Applications in each line the one that it is about, and what each waits for", () => {
    const frames = [frame(1, "apply a", stateOf("a")), frame(1, "one", stateOf("a")), frame(1, "two", stateOf("b"))];
    expect(timeline(frames, (event) => event.startsWith("apply")).split("\n")).to.deep.equal([
      "   0:01  > a: apply a",
      "   0:01  a-v1 ●●  a: one",
      "         = suspended; a person goes on with rollguard resume a",
      "   0:01  b-v1 ●●  b: two",
      "         = suspended; a person goes on with rollguard resume b",
    ]);
  });

  it("grows with the number of Applications, and not with its square", () => {
    const lengthOf = (count: number): number => {
      const states = Array.from({ length: count }, (_, i) => stateOf(`app-${100 + i}`));
      return timeline(
        [...states, ...states].map((state, i) => frame(i, "one", state)),
        () => false,
      ).length;
    };
    expect(lengthOf(200) / lengthOf(100)).to.be.within(1.9, 2.1);
  });
});
