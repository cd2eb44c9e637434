import { expect } from "chai";
import { readApplication } from "../src/model/application.ts";
import type { Json } from "../src/model/json.ts";
import { allSteps, precedes, runningOrder, stepsOnSuccess, stepsToRun } from "../src/model/workflow.ts";

const appOf = (steps: Json, mode: Json = {}) => readApplication({ spec: { workflow: { mode, steps } } });
const step = (name: string, ...dependsOn: string[]) => ({ name, type: "suspend", dependsOn });
const group = (name: string, subSteps: Json, rest = {}) => ({ name, type: "step-group", subSteps, ...rest });

function orderOf(steps: Json, mode?: Json): string {
  return runningOrder(appOf(steps, mode))
    .map(({ name }) => name)
    .join(" ");
}

/** Every pair of which the first ends before the second begins. */
function pairs(steps: Json, mode?: Json): string[] {
  const app = appOf(steps, mode);
  const all = allSteps(app);
  return all.flatMap((a) => all.filter((b) => precedes(app, a, b)).map((b) => `${a.name}<${b.name}`));
}

describe("the order of steps", () => {
  it("is that of the list, one by one", () => {
    expect(pairs([step("a"), step("b"), step("c")])).to.deep.equal(["a<b", "a<c", "b<c"]);
  });

  it("is that of the dependencies in a DAG", () => {
    const steps = [step("c", "b"), step("b", "a"), step("a"), step("d")];
    expect(pairs(steps, { steps: "DAG" })).to.deep.equal(["b<c", "a<c", "a<b"]);
    expect(orderOf(steps, { steps: "DAG" })).to.equal("a b c d");
  });

  it("puts a group's sub-steps where the group stands", () => {
    const steps = [step("a"), group("g", [step("y", "x"), step("x")]), step("b")];
    const outer = ["a<g", "a<y", "a<x", "a<b", "g<b", "y<b", "x<y", "x<b"];
    expect(pairs(steps)).to.deep.equal(outer);
    expect(orderOf(steps)).to.equal("a g x y b");
  });

  it("leaves sub-steps of a group open, unless it runs them one by one", () => {
    expect(pairs([group("g", [step("x"), step("y")])])).to.deep.equal([]);
    expect(pairs([group("g", [step("x"), step("y")], { mode: "StepByStep" })])).to.deep.equal(["x<y"]);
  });

  it("reaches into groups", () => {
    const steps = [group("g", [step("x"), step("y")]), group("h", [step("z", "x")])];
    expect(pairs(steps, { steps: "DAG" })).to.deep.equal(["x<z"]);
  });

  it("puts a circle last, in the order of the list", () => {
    expect(orderOf([step("a", "b"), step("b", "a"), step("c")], { steps: "DAG" })).to.equal("c a b");
  });

  it("of 200 steps that all depend on each other takes no time", () => {
    const names = Array.from({ length: 200 }, (_, i) => `s${i}`);
    const steps = names.map((name, i) => step(name, ...names.slice(0, i))).reverse();
    expect(orderOf(steps, { steps: "DAG" })).to.equal(names.join(" "));
  }).timeout(20_000);
});

describe("the steps that run", () => {
  const names = (steps: readonly { name: string }[]) => steps.map(({ name }) => name).join(" ");
  const never = { if: "false" };

  it("are all of them where nothing fails, but for those whose condition asks for a failure", () => {
    const steps = [step("a"), { ...step("b"), if: "status.a.failed" }, step("c")];
    expect(names(stepsOnSuccess(appOf(steps)))).to.equal("a c");
  });

  it("are none that depend on a step that is skipped, be it in a group", () => {
    const steps = [group("g", [step("x")], never), step("a", "x"), step("b"), step("c", "a")];
    for (const mode of ["StepByStep", "DAG"])
      expect(names(stepsOnSuccess(appOf(steps, { steps: mode })))).to.equal("b");
  });

  it("are none that depend on a group of which everything is skipped", () => {
    const steps = [group("g", [{ ...step("x"), ...never }]), step("a", "g"), { ...step("b"), if: "status.g.skipped" }];
    expect(names(stepsOnSuccess(appOf(steps)))).to.equal("g b");
  });

  it("after a failure are those that ask for it", () => {
    const steps = [
      step("a"),
      step("b"),
      { ...step("c"), if: "status.a.failed" },
      { ...step("d"), if: "always" },
      step("e"),
    ];
    const app = appOf(steps);
    expect(names(stepsToRun(app, new Map([["a", { phase: "failed" }]])))).to.equal("a c d");
  });
});
