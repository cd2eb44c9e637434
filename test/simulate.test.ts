import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { readApplications } from "../src/cli/applications.ts";
import type { Frame } from "../src/simulate/frame.ts";
import { readScript, readWords } from "../src/simulate/script.ts";
import { simulate } from "../src/simulate/simulate.ts";
import { rollguard } from "./support/program.ts";

const first = "manifests/examples/bookinfo.yaml";
const canary = "manifests/examples/bookinfo-canary.yaml";
const back = "manifests/examples/bookinfo-rollback.yaml";
const own = (name: string) => `test/simulate/${name}.yaml`;

/** Golden timelines: name, script and exit code. `GOLDEN=write` renews them; they are reviewed like code. */
const stories: readonly [string, readonly string[], number][] = [
  ["resume", [first, canary, "resume"], 0],
  ["rollback-manifest", [first, canary, back], 0],
  ["rollback-command", [first, canary, "rollback"], 0],
  ["rollback-after-completion", [first, canary, "resume", back], 0],
  ["content-flipped-back", [first, canary, "resume", first], 0],
  ["superseded-while-suspended", [first, canary, own("superseded"), "resume"], 0],
  ["superseded-in-mid-batch", [first, canary, "+500ms", own("superseded")], 0],
  ["first-deployment-superseded", [first, "+500ms", own("superseded").replace("superseded", "no-rollout")], 0],
  ["suspended-by-a-person", [first, canary, "+500ms", "suspend", "resume", "resume"], 0],
  ["terminated", [first, canary, "terminate"], 0],
  ["terminated-in-mid-step", [first, canary, "resume", "+5s", "terminate"], 0],
  [
    "terminated-after-a-failure",
    [own("canary-traffic"), "fail web-front-v2", own("fails-beside-a-hold"), "+30s", "terminate"],
    1,
  ],
  ["terminated-and-restarted", [first, canary, "terminate", "restart", "resume"], 0],
  ["never-ready", [first, "fail reviews-v2", canary], 1],
  ["never-ready-in-the-last-batch", [first, canary, "ready-after 1h", "resume"], 1],
  ["never-ready-and-back", [first, "fail reviews-v2", canary, back], 0],
  ["on-failure-rollback", [first, "fail", "reviews-v2", own("on-failure")], 1],
  ["canary-pods-crash", [first, canary, "crash reviews-v2", "resume"], 0],
  ["stable-pods-crash", [first, canary, "crash reviews-v1"], 0],
  ["slow-pods", [first, "ready-after 20s", canary, "resume"], 0],
  ["mesh-confirms", ["mesh-confirms", first, canary, "resume"], 0],
  ["mesh-confirms-late", ["mesh-confirms", "mesh-lag", "5s", first, canary, "resume"], 0],
  ["mesh-lag-beyond-settle", ["mesh-lag 30s", first], 0],
  ["canary-traffic", [own("canary-traffic"), own("canary-traffic-2")], 0],
  ["plain-update", [own("canary-traffic"), own("plain-update")], 0],
  ["scaled-up-and-down", [own("canary-traffic"), own("six-pods"), own("two-pods")], 0],
  ["rollout-trait-removed-and-added", [first, own("no-rollout"), first], 0],
  ["rollback-step", [first, own("rollback-step"), "resume", canary], 0],
  ["step-times-out", [own("canary-traffic"), "fail web-front-v2", own("step-times-out")], 1],
  ["approval-times-out", [own("canary-traffic"), own("step-times-out"), "+2h", "restart"], 0],
  ["back-and-again", [own("canary-traffic"), own("back-and-again"), "resume"], 0],
  ["skipped-group", [own("canary-traffic"), own("skipped-group")], 0],
  ["published", [first, own("published"), "resume"], 0],
  ["published-and-back", [first, own("published"), "rollback"], 0],
  ["two-suspends", [own("canary-traffic"), own("two-suspends")], 0],
  ["suspended-again", [own("canary-traffic"), own("approval"), "suspend"], 0],
  ["edited-while-suspended", [own("canary-traffic"), own("approval"), own("approval-edited")], 0],
  ["applied-again", [own("canary-traffic"), own("canary-traffic")], 0],
  ["one-name-in-two-namespaces", [own("canary-traffic"), own("other-namespace")], 0],
  ["two-applications", [first, own("canary-traffic"), canary, own("canary-traffic-2"), "resume@book-info"], 0],
];

/** The frames of a script. */
function played(script: readonly string[]): readonly Frame[] {
  const read = readWords(script);
  if ("mistake" in read) throw new Error(read.mistake);
  const told = readScript(read.words, (file) => readApplications([file]).applications.map(({ object }) => object));
  if ("mistake" in told) throw new Error(told.mistake);
  return simulate(told.cues, { settleSeconds: 12 }).frames;
}

describe("simulate", () => {
  for (const [name, script, code] of stories) {
    it(`tells the story ${name}`, () => {
      const { status, stdout, stderr } = rollguard(["simulate", ...script]);
      expect([status, stderr]).to.deep.equal([code, ""]);
      const golden = `test/simulate/${name}.txt`;
      if (process.env["GOLDEN"] === "write") writeFileSync(golden, stdout);
      expect(existsSync(golden), golden).to.equal(true);
      expect(stdout).to.equal(readFileSync(golden, "utf8"));
    });
  }

  for (const [name, script] of stories) {
    it(`gives every frame of ${name} a reason that agrees with it, on the clock of the simulation`, () => {
      for (const frame of played(script)) {
        expect(frame.why).not.to.match(/\d{4}-\d\d-\d\dT/);
        const [, ready, revision = ""] = /^(\d+) of \d+ pods of (\S+) are ready/.exec(frame.why) ?? [];
        const shown = Object.values(frame.components).flatMap(({ revisions }) => revisions[revision] ?? []);
        for (const state of shown) expect([frame.event, state.ready]).to.deep.equal([frame.event, Number(ready)]);
      }
    });
  }

  it("ends with what is waited for then", () => {
    expect(played([own("canary-traffic"), own("two-suspends")]).at(-1)).to.deep.include({
      at: 336,
      event: "workflowSuspending at approval",
      why: "suspended at approval; a person goes on with rollguard resume shop, or back with rollguard rollback shop",
    });
  });

  it("says where it stands when the script is refused in mid batch", () => {
    const { status, stdout } = rollguard(["simulate", first, canary, "+500ms", "restart@other"]);
    expect([status, stdout.trimEnd().split("\n").at(-1)?.trim()]).to.deep.equal([
      1,
      "\u2026 0 of 1 pods of reviews-v2 are ready",
    ]);
  });

  it("prints frames as JSON", () => {
    const { verdicts, frames } = JSON.parse(rollguard(["simulate", "-o", "json", first, canary, "resume"]).stdout);
    expect(verdicts.map(({ file, allowed }: { file: string; allowed: boolean }) => [file, allowed])).to.deep.equal([
      [first, true],
      [canary, true],
    ]);
    expect(Object.keys(frames[0])).to.have.members(["at", "event", "phase", "step", "why", "components"]);
    const held = frames.find(({ phase }: { phase: string }) => phase === "workflowSuspending");
    expect(held.step).to.equal("manual-approval");
    expect(held.components).to.deep.equal({
      reviews: {
        phase: "Waiting",
        batch: 0,
        revisions: {
          "reviews-v1": { replicas: 1, ready: 1, weight: 90 },
          "reviews-v2": { replicas: 1, ready: 1, weight: 10 },
        },
      },
    });
    expect(frames.at(-1).components.reviews).to.deep.equal({
      phase: "Stable",
      batch: 1,
      revisions: { "reviews-v2": { replicas: 2, ready: 2, weight: 100 } },
    });
    expect(frames.at(-1).phase).to.equal("running");
  });

  const refused: readonly [string, readonly string[], RegExp][] = [
    ["a manifest that is refused", [canary, "resume"], /bookinfo-canary\.yaml is refused/],
    [
      "a command that nothing can take",
      [first, "resume"],
      /resume: resume workflow not allowed because application book-info is running/,
    ],
    ["a rollback of nothing", [first, "rollback"], /rollback: book-info has no rollout to take back/],
    ["a command before anything is there", ["suspend"], /suspend: there is no Application/],
    ["a command to somebody else", [first, "restart@other"], /restart: there is no Application other/],
  ];
  for (const [what, script, says] of refused) {
    it(`ends with 1 at ${what}`, () => {
      const { status, stderr } = rollguard(["simulate", ...script]);
      expect(status).to.equal(1);
      expect(stderr)
        .to.match(says)
        .and.to.match(/^[^\n]+\n$/);
    });
  }

  const misused: readonly [readonly string[], RegExp][] = [
    [["nowhere.yaml"], /nowhere\.yaml: no such file/],
    [[first, "fail"], /fail needs a value/],
    [[first, "fail "], /fail needs a value/],
    [["fail a-v1 a-v2", first], /fail takes one value, write it again for each: 'fail a-v1' 'fail a-v2'/],
    [["fail", "a-v1 a-v2", first], /fail takes one value, write it again for each: 'fail a-v1' 'fail a-v2'/],
    [[first, "resume@"], /resume@ names no Application, write resume@NAME, or resume for all/],
    [[first, "+soon", "resume"], /\+soon is no duration/],
    [["ready-after 2", first], /ready-after 2 is no duration/],
    [["ready-after -3s", first], /ready-after -3s is no duration/],
    [[first, "+-5s", canary], /\+-5s is no duration/],
    [[first, "+5s"], /\+5s stands before what happens that much later/],
    [[first, "+5s", "+3s", canary], /\+5s stands before what happens that much later/],
    [[first, "--settle", "x"], /--settle x is no duration/],
  ];
  for (const [script, says] of misused) {
    it(`ends with 2 at ${script.join(" ")}`, () => {
      const { status, stdout, stderr } = rollguard(["simulate", ...script]);
      expect([status, stdout]).to.deep.equal([2, ""]);
      expect(stderr).to.match(says);
    });
  }

  it("says in JSON too that a lag is unsafe, whether the mesh confirms or not", () => {
    const unsafe = (...args: string[]) =>
      JSON.parse(rollguard(["simulate", "-o", "json", ...args, first]).stdout).unsafe;
    expect(unsafe("mesh-lag 30s")).to.match(/lag longer than the settle time/);
    expect(unsafe("mesh-confirms", "mesh-lag 30s")).to.match(/lag longer than the settle time/);
    expect(unsafe("mesh-lag 5s")).to.equal(undefined);
  });

  it("keeps the record of the old revision, and gives it back its number", () => {
    const world = rollguard(["render", canary, "--after", first]).stdout;
    expect(world).to.match(/kind: ControllerRevision\nmetadata:\n {2}name: reviews-v1\n/);
    expect(world).not.to.match(/kind: Deployment\nmetadata:\n {2}name: reviews-v1\n/);
  });

  it("renders the objects at a step", () => {
    const world = rollguard(["render", canary, "--after", first, "--step", "manual-approval"]).stdout;
    expect(world)
      .to.match(/subset: reviews-v1\n {10}weight: 90/)
      .and.to.match(/subset: reviews-v2\n {10}weight: 10/);
    expect(rollguard(["render", canary, "--after", first, "--step", "nowhere"]).status).to.equal(2);
    expect(rollguard(["render", canary]).status).to.equal(1);
  });
});
