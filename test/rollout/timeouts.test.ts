import { expect } from "chai";
import type { JsonObject } from "../../src/model/json.ts";
import { readWorkflowStatus, type StepStatus, type WorkflowStatus } from "../../src/model/status.ts";
import { command } from "../../src/rollout/commands.ts";
import { flat } from "../../src/rollout/workflow-steps.ts";
import { application, group, type Outcomes, phases, run, start, wait, work } from "./engine-rig.ts";

/** The workflow after one turn at the beginning, and one at each of the times. */
function played(steps: readonly JsonObject[], outcomes: Outcomes, times: readonly number[], mode: JsonObject = {}) {
  const app = application(steps, mode);
  return times.reduce((last, time) => run(app, outcomes, last.status, start + time), run(app, outcomes));
}

const step = ({ steps }: WorkflowStatus, name: string): StepStatus | undefined =>
  flat(steps).find((each) => each.name === name);

const late = work("one", { timeout: "30s" });

describe("a timeout", () => {
  it("fails its step, and the engine wakes for it", () => {
    expect(played([late], {}, []).wakeIn).to.equal(30);
    const { status, wakeIn } = played([late, work("two")], {}, [30]);
    expect([status.status, status.finished, status.terminated, wakeIn]).to.deep.equal([
      "failed",
      true,
      true,
      undefined,
    ]);
    expect([phases(status), step(status, "one")?.reason]).to.deep.equal(["one failed, two skipped", "Timeout"]);
  });

  it("does not count for a step that has ended by then", () => {
    expect(phases(played([late], { one: "succeeded" }, [30]).status)).to.equal("one succeeded");
  });

  it("lets the steps run that ask for it", () => {
    const steps = [
      late,
      wait("ok"),
      work("undo", { if: "status.one.timeout" }),
      work("tidy", { if: "always" }),
      work("go", { if: "status.one.succeeded" }),
    ];
    const { status } = played(steps, {}, [30]);
    expect(phases(status)).to.equal("one failed, ok skipped, undo running");
    expect([status.status, status.finished, status.suspend]).to.deep.equal(["executing", false, false]);
    expect(phases(played(steps, { undo: "succeeded", tidy: "succeeded" }, [30]).status)).to.equal(
      "one failed, ok skipped, undo succeeded, tidy succeeded, go skipped",
    );
  });

  it("lets the steps beside it go on", () => {
    const steps = [late, work("other"), work("next", { dependsOn: ["other"] }), work("after", { dependsOn: ["one"] })];
    const { status } = played(steps, { other: "succeeded" }, [30], { steps: "DAG" });
    expect(phases(status)).to.equal("one failed, other succeeded, next running, after skipped");
    expect(status.finished).to.equal(false);
  });

  it("of a sub-step fails its group, for that reason", () => {
    const steps = [group("g", [late, wait("ok", { dependsOn: ["one"] })]), work("two")];
    const { status } = played(steps, {}, [30]);
    expect(phases(status)).to.equal("g failed (one failed, ok skipped), two skipped");
    expect(step(status, "g")?.reason).to.equal("Timeout");
  });

  it("of a group ends all that is in it, and nothing in it begins any more", () => {
    const inner = [work("x"), work("y"), work("z", { dependsOn: ["y"], if: "always" })];
    const steps = [group("g", inner, { timeout: "30s" }), work("undo", { if: "status.g.failed" })];
    const { status } = played(steps, { x: "succeeded" }, [10, 30]);
    expect(phases(status)).to.equal("g failed (x succeeded, y failed, z skipped), undo running");
    expect(["g", "y"].map((name) => step(status, name)?.reason)).to.deep.equal(["Timeout", "Timeout"]);
    expect(phases(played(steps, { x: "succeeded", y: "succeeded", z: "succeeded" }, [30]).status)).to.equal(
      "g succeeded (x succeeded, y succeeded, z succeeded), undo skipped",
    );
  });

  it("of a suspend step fails it when nobody has resumed it by then", () => {
    const steps = [wait("ok", { timeout: "2m" }), work("two"), work("undo", { if: "status.ok.timeout" })];
    expect([119, 120].map((time) => phases(played(steps, {}, [time]).status))).to.deep.equal([
      "ok suspending",
      "ok failed, two skipped, undo running",
    ]);
    expect(played(steps, {}, [90]).wakeIn).to.equal(30);
    const { status } = played(steps, {}, [120]);
    expect([status.suspend, step(status, "ok")?.reason, step(status, "ok")?.message]).to.deep.equal([
      false,
      "Timeout",
      undefined,
    ]);
  });

  it("of a suspend step comes before or after its duration", () => {
    const timed = (timeout: string) => [wait("ok", { timeout, properties: { duration: "1m" } }), work("two")];
    expect(played(timed("30s"), {}, []).wakeIn).to.equal(30);
    expect(phases(played(timed("30s"), {}, [30]).status)).to.equal("ok failed, two skipped");
    expect(phases(played(timed("2m"), {}, [60]).status)).to.equal("ok succeeded, two running");
    expect(phases(played(timed("2m"), {}, [60, 120]).status)).to.equal("ok succeeded, two running");
  });

  it("of a group ends also a suspend step in it", () => {
    const steps = [group("g", [work("x"), wait("ok")], { timeout: "3m" }), work("two")];
    const { status } = played(steps, { x: "succeeded" }, [180]);
    expect([phases(status), status.suspend, status.status]).to.deep.equal([
      "g failed (x succeeded, ok failed), two skipped",
      false,
      "failed",
    ]);
  });

  it("runs out also beside a suspend step that waits, and the rest is decided when that is resumed", () => {
    const steps = [group("g", [late, wait("ok")]), work("two"), work("undo", { if: "status.one.timeout" })];
    const { status } = played(steps, {}, [30]);
    expect([phases(status), status.suspend]).to.deep.equal(["g suspending (one failed, ok suspending)", true]);
    const resumed = { ...status, suspend: false };
    expect(phases(run(application(steps), {}, resumed, start + 60).status)).to.equal(
      "g failed (one failed, ok succeeded), two skipped, undo running",
    );
  });

  it("waits as long as a person has suspended in mid-step", () => {
    const app = application([late, work("two")]);
    const held = command("suspend", { metadata: { name: "app" }, status: { workflow: run(app, {}).status as never } });
    const status = readWorkflowStatus("object" in held ? held.object : {});
    const later = run(app, {}, status, start + 3600);
    expect([phases(later.status), later.wakeIn]).to.deep.equal(["one suspending", undefined]);
    expect(phases(run(app, {}, { ...later.status, suspend: false }, start + 3600).status)).to.equal(
      "one failed, two skipped",
    );
  });
});

describe("steps beside a suspend step that waits", () => {
  it("go on", () => {
    const steps = [wait("ok"), work("one"), work("two", { dependsOn: ["one"] }), work("three", { dependsOn: ["ok"] })];
    const { status } = played(steps, { one: "succeeded" }, [1], { steps: "DAG" });
    expect([phases(status), status.suspend]).to.deep.equal([
      "ok suspending, one succeeded, two running, three pending",
      true,
    ]);
  });

  it("do not end the workflow before it is resumed", () => {
    const { status } = played([wait("ok"), work("one")], { one: "failed" }, [1], { steps: "DAG" });
    expect([phases(status), status.status, status.finished]).to.deep.equal([
      "ok suspending, one failed",
      "suspending",
      false,
    ]);
  });
});

describe("a step that is skipped", () => {
  it("takes its sub-steps with it, and what depends on one of them", () => {
    const inner = [wait("x"), work("y", { if: "always" })];
    const steps = [
      work("one"),
      group("g", inner, { if: "status.one.failed" }),
      work("two", { dependsOn: ["x"] }),
      work("three"),
    ];
    for (const mode of ["StepByStep", "DAG"]) {
      const { status } = played(steps, { one: "succeeded", three: "succeeded" }, [1, 2], { steps: mode });
      const [, skipped, ...rest] = status.steps;
      expect(phases({ steps: [skipped as StepStatus] })).to.equal("g skipped (x skipped, y skipped)");
      expect(phases({ steps: rest })).to.equal("two skipped, three succeeded");
    }
  });

  it("takes with it what depends on it, how ever far away the failure is", () => {
    const steps = [
      work("one"),
      wait("ok", { dependsOn: ["one"] }),
      work("two", { dependsOn: ["ok"] }),
      work("tidy", { dependsOn: ["one"], if: "always" }),
      work("after", { dependsOn: ["tidy"] }),
    ];
    const { status } = played(steps, { one: "failed", tidy: "succeeded" }, [1], { steps: "DAG" });
    expect(phases(status)).to.equal("one failed, ok skipped, two skipped, tidy succeeded, after skipped");
  });

  it("skips its group where all of it is skipped", () => {
    const steps = [group("g", [work("x", { if: "false" })]), work("two", { if: "status.g.skipped" })];
    expect(phases(played(steps, {}, []).status)).to.equal("g skipped (x skipped), two running");
  });

  it("is listed with its sub-steps after a terminate too", () => {
    const steps = [work("one"), group("g", [work("x"), work("y")]), group("h", [work("z")])];
    const status = { ...played(steps, {}, []).status, terminated: true };
    expect(phases(run(application(steps), {}, status).status)).to.equal(
      "one failed, g skipped (x skipped, y skipped), h skipped (z skipped)",
    );
  });
});
