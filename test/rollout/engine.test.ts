import { expect } from "chai";
import { readWorkflowStatus, type WorkflowStatus } from "../../src/model/status.ts";
import { command } from "../../src/rollout/commands.ts";
import { application, phases, run, start, work } from "./engine-rig.ts";

describe("the workflow engine", () => {
  it("runs step by step, and ends", () => {
    const app = application([work("one"), work("two")]);
    const first = run(app, {});
    expect(phases(first.status)).to.equal("one running");
    const second = run(app, { one: "succeeded" }, first.status);
    expect(phases(second.status)).to.equal("one succeeded, two running");
    const last = run(app, { one: "succeeded", two: "succeeded" }, second.status, start + 5).status;
    expect([last.status, last.finished, last.terminated, last.endTime]).to.deep.equal([
      "succeeded",
      true,
      false,
      "2026-01-01T00:00:05Z",
    ]);
  });

  it("does not end a timed suspend by itself that a person has suspended too", () => {
    const timed = { name: "wait", type: "suspend", properties: { duration: "60s" } };
    const app = application([work("one"), timed, work("two")]);
    const waits = run(app, { one: "succeeded" }).status;
    const commanded = command("suspend", { metadata: { name: "app" }, status: { workflow: waits as never } });
    const held = readWorkflowStatus("object" in commanded ? commanded.object : {});
    expect(phases(run(app, {}, held, start + 3600).status)).to.equal("one succeeded, wait suspending");
    expect(phases(run(app, {}, waits, start + 60).status)).to.equal("one succeeded, wait succeeded, two running");
    const resumed = command("resume", { metadata: { name: "app" }, status: { workflow: held as never } });
    const goesOn = readWorkflowStatus("object" in resumed ? resumed.object : {});
    expect(phases(run(app, {}, goesOn, start + 90).status)).to.equal("one succeeded, wait succeeded, two running");
  });

  it("does not resume by a timer what a person suspended beside it", () => {
    const timed = { name: "wait", type: "suspend", properties: { duration: "60s" } };
    const app = application([work("one"), timed], { steps: "DAG" });
    const begun = run(app, {}).status;
    const both = {
      ...begun,
      suspend: true,
      steps: begun.steps.map((step) => ({ ...step, phase: "suspending" as const })),
    };
    expect(phases(run(app, {}, both, start + 3600).status)).to.equal("one suspending, wait suspending");
  });

  it("gives the same status when nothing changed", () => {
    const app = application([work("one"), { name: "wait", type: "suspend" }, work("two")]);
    const first = run(app, { one: "succeeded" }).status;
    expect(run(app, { one: "succeeded" }, first, start + 60).status).to.deep.equal(first);
  });

  it("applies every component where there is no workflow, as they depend on each other", () => {
    const app = application([]);
    const first = run(app, {}).status;
    expect([phases(first), first.mode]).to.deep.equal(["a running, b pending", "DAG-DAG"]);
    expect(first.steps[1]?.message).to.equal("Pending on DependsOn: a");
    expect(phases(run(app, { a: "succeeded" }, first).status)).to.equal("a succeeded, b running");
  });

  it("skips what follows a failure, unless its condition says otherwise", () => {
    const app = application([
      work("one"),
      work("two"),
      work("three", { if: "always" }),
      work("four", { if: "status.two.skipped" }),
    ]);
    const { status } = run(app, { one: "failed", three: "succeeded", four: "succeeded" });
    expect(phases(status)).to.equal("one failed, two skipped, three succeeded, four succeeded");
    expect([status.status, status.finished]).to.deep.equal(["failed", true]);
  });

  it("runs the steps of a group by its mode, and shows the phase that asks most for attention", () => {
    const group = (mode: string) =>
      application([{ name: "g", type: "step-group", mode, subSteps: [work("x"), { name: "y", type: "suspend" }] }]);
    expect(phases(run(group("DAG"), {}).status)).to.equal("g suspending (x running, y suspending)");
    expect(phases(run(group("StepByStep"), {}).status)).to.equal("g running (x running)");
  });

  describe("suspended", () => {
    const app = application([work("one"), { name: "wait", type: "suspend" }, work("two")]);
    const suspended = run(app, { one: "succeeded" }).status;
    const edit = (phase: "suspending" | "running" | "succeeded"): WorkflowStatus => ({
      ...suspended,
      suspend: false,
      steps: suspended.steps.map((step) => (step.name === "wait" ? { ...step, phase } : step)),
    });

    it("says so in every field that the CLI reads", () => {
      expect([suspended.suspend, suspended.status, phases(suspended)]).to.deep.equal([
        true,
        "suspending",
        "one succeeded, wait suspending",
      ]);
    });

    for (const phase of ["suspending", "running", "succeeded"] as const) {
      it(`goes on by suspend: false, with the step left ${phase}`, () => {
        const { status } = run(app, { one: "succeeded" }, edit(phase));
        expect([status.suspend, phases(status)]).to.deep.equal([false, "one succeeded, wait succeeded, two running"]);
      });
    }

    it("does not go on by the phase of a step alone", () => {
      const { status } = run(app, { one: "succeeded" }, { ...edit("running"), suspend: true });
      expect(status.suspend).to.equal(true);
    });

    it("goes on after its duration, not before", () => {
      const timed = application([{ name: "wait", type: "suspend", properties: { duration: "30s" } }, work("two")]);
      const first = run(timed, {});
      const early = run(timed, {}, first.status, start + 29);
      expect([early.status.suspend, early.wakeIn]).to.deep.equal([true, 1]);
      expect(phases(run(timed, {}, first.status, start + 30).status)).to.equal("wait succeeded, two running");
    });

    it("resumes one of two steps where only that was set to running", () => {
      const two = application(
        [
          { name: "x", type: "suspend" },
          { name: "y", type: "suspend" },
        ],
        { steps: "DAG" },
      );
      const both = run(two, {}).status;
      const steps = both.steps.map((step) => (step.name === "x" ? { ...step, phase: "running" as const } : step));
      const one = run(two, {}, { ...both, suspend: false, steps }).status;
      expect([one.suspend, phases(one)]).to.deep.equal([true, "x succeeded, y suspending"]);
    });

    it("holds a step that a person suspended, and lets it go on", () => {
      const running = run(app, {}).status;
      const held = {
        ...running,
        suspend: true,
        steps: running.steps.map((step) => ({ ...step, phase: "suspending" as const })),
      };
      expect(phases(run(app, { one: "succeeded" }, held).status)).to.equal("one suspending");
      expect(phases(run(app, {}, { ...held, suspend: false }).status)).to.equal("one running");
    });

    it("is dropped by a new revision, and by a restart", () => {
      const anew = run(app, {}, suspended, start + 9, "app-v2").status;
      expect([phases(anew), anew.startTime, anew.appRevision]).to.deep.equal([
        "one running",
        "2026-01-01T00:00:09Z",
        "app-v2",
      ]);
      expect(phases(run(app, {}, undefined).status)).to.equal("one running");
    });

    it("ends by terminate: what ran has failed, what had not begun is skipped", () => {
      const steps = suspended.steps.map((step) =>
        step.name === "wait" ? { ...step, phase: "failed" as const, reason: "Terminate" } : step,
      );
      const { status } = run(app, {}, { ...suspended, suspend: false, terminated: true, steps });
      expect([phases(status), status.status, status.finished]).to.deep.equal([
        "one succeeded, wait failed, two skipped",
        "terminated",
        true,
      ]);
    });
  });
});
