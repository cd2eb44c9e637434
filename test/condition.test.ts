import { expect } from "chai";
import fc from "fast-check";
import { evaluate, isFault, parseCondition, type StepOutcome, stepsOf } from "../src/model/condition.ts";

const outcomes: Readonly<Record<string, StepOutcome>> = {
  done: { phase: "succeeded" },
  broken: { phase: "failed", reason: "FailedAfterRetries" },
  late: { phase: "failed", reason: "Timeout" },
  stopped: { phase: "failed", reason: "Terminate" },
  passed: { phase: "skipped", reason: "Skip" },
  "manual-approval": { phase: "suspending", reason: "Suspend" },
  "a.b": { phase: "running" },
};

function value(text: string): boolean {
  const condition = parseCondition(text);
  if (isFault(condition)) throw new Error(`${condition.error} at ${condition.position}`);
  return evaluate(condition, (step) => (Object.hasOwn(outcomes, step) ? outcomes[step] : undefined));
}

describe("conditions", () => {
  const values: Record<string, boolean> = {
    always: true,
    true: true,
    false: false,
    "!false": true,
    "!!true": true,
    'status.done.phase == "succeeded"': true,
    'status.done.phase != "succeeded"': false,
    'status["a.b"].phase=="running"': true,
    "status.done.succeeded": true,
    "status.broken.failed": true,
    "status.broken.timeout": false,
    "status.late.timeout": true,
    "status.late.failed": true,
    "status.stopped.terminated": true,
    "status.passed.skipped": true,
    "status.manual-approval.suspended": true,
    'status["manual-approval"].succeeded': false,
    "status.absent.failed": false,
    'status.absent.phase == "failed"': false,
    'status.absent.phase != "failed"': true,
    "true || false && false": true,
    "(true || false) && false": false,
    "!true || true": true,
    "!(true || true)": false,
    '!status.done.phase == "failed"': true,
    "  status . done . failed\n||status.late.failed\t": true,
    "false || false || true": true,
    "true && true && false": false,
  };
  for (const [text, expected] of Object.entries(values)) {
    it(`${JSON.stringify(text)} is ${expected}`, () => expect(value(text)).to.equal(expected));
  }

  const faults: Record<string, [error: string, position: number]> = {
    "": ["ends too early", 0],
    "  ": ["ends too early", 2],
    "true &&": ["ends too early", 7],
    "(true": ["ends too early", 5],
    "true)": ['")" is not understood', 4],
    "true true": ['"true" is not understood', 5],
    "true & false": ['"&" is not understood', 5],
    "context.name": ['"context" is not understood', 0],
    "inputs.x": ['"inputs" is not understood', 0],
    status: ["ends too early", 6],
    "status.": ["ends too early", 7],
    "status.a": ["ends too early", 8],
    "status.a.done": ['"done" is not understood', 9],
    "status.a.failed == true": ['"==" is not understood', 16],
    "status.a.phase": ["ends too early", 14],
    "status.a.phase == failed": ['"failed" is not understood', 18],
    "status.a.phase == 'failed'": ['"\'" is not understood', 18],
    'status.a.phase == "failed': ['"\\"" is not understood', 18],
    "status['a'].failed": ['"\'" is not understood', 7],
    "status[a].failed": ['"a" is not understood', 7],
    'status["a".failed': ['"." is not understood', 10],
    'status."a".failed': ['"a" is not understood', 7],
    'status.a.phase == "succeded"': [
      '"succeded" is no phase of a step (pending, running, suspending, succeeded, failed, skipped)',
      18,
    ],
    'status.a.phase < "failed"': ['"<" is not understood', 15],
  };
  for (const [text, [error, position]] of Object.entries(faults)) {
    it(`${JSON.stringify(text)} is none`, () => expect(parseCondition(text)).to.deep.equal({ error, position }));
  }

  it("nest 20 deep, not deeper", () => {
    expect(value(`${"(".repeat(20)}true${")".repeat(20)}`)).to.equal(true);
    expect(value(`${"!".repeat(20)}true`)).to.equal(true);
    expect(parseCondition(`${"!".repeat(21)}true`)).to.deep.equal({
      error: "nests deeper than 20 levels",
      position: 20,
    });
    expect(value(Array(50).fill("(true)").join("&&"))).to.equal(true);
  });

  it("have a bounded length", () => {
    expect(parseCondition(" ".repeat(2001))).to.deep.equal({ error: "is too long", position: 2000 });
  });

  it("name the steps that they ask about, each once", () => {
    const condition = parseCondition(
      '!status.a.failed && (status["b"].failed || status.a.phase != "skipped") && always',
    );
    expect(isFault(condition) ? [] : stepsOf(condition)).to.deep.equal(["a", "b"]);
  });

  it("are total over any text", () => {
    const words = fc.constantFrom(
      "status",
      ".",
      "[",
      "]",
      '"',
      "a",
      "phase",
      "==",
      "!=",
      "!",
      "(",
      ")",
      "&&",
      "||",
      " ",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words, { maxLength: 30 }).map((parts) => parts.join("")),
        ),
        (text) => {
          const condition = parseCondition(text);
          if (isFault(condition)) expect(condition.position).to.be.within(0, text.length);
          else expect(evaluate(condition, () => undefined)).to.be.a("boolean");
        },
      ),
    );
  });
});
