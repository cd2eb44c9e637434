import { expect } from "chai";
import fc from "fast-check";
import { command } from "../../src/rollout/commands.ts";
import { expectDone, expectEnd } from "./ends.ts";
import {
  bereft,
  type Cast,
  type Cue,
  calm,
  cast,
  orderly,
  prompt,
  roomy,
  roomyOrMute,
  steered,
  wayward,
  wild,
} from "./generate.ts";
import { Play } from "./play.ts";
import { endState, phaseOf } from "./rig.ts";

/** How many random plays: `RUNS=1` are 10,000 and more, `RUNS=10` ten times as many. */
const times = Number(process.env["RUNS"] ?? "0.1");
/**
 * The same plays on every machine, so that a red one is the fault of what changed; `SEED=random` looks for new ones. The seed
 * is in the title, so that every failure tells it.
 */
const wanted = process.env["SEED"] ?? "20261124";
const seed = wanted === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(wanted);
const runs = (count: number) => ({ numRuns: Math.ceil(count * times), seed });

function play(told: Cast, cues: readonly Cue[], diesBefore: readonly number[] = []): Play {
  const played = new Play(told, diesBefore);
  for (const cue of cues) played.happen(cue);
  return played;
}

describe(`random plays, SEED=${seed}`, function () {
  this.timeout(900_000);

  it("keep every invariant, are repaired within 5 s, and come to rest", () => {
    fc.assert(
      fc.property(cast, prompt, (told, cues) => {
        expectEnd(play(told, cues).rig);
      }),
      runs(4000),
    );
  });

  it("keep every invariant where the watch lags and the controller dies", () => {
    const deaths = fc.array(fc.nat({ max: 80 }), { maxLength: 4 });
    fc.assert(
      fc.property(cast, wild, deaths, (told, cues, diesBefore) => {
        expectEnd(play(told, cues, diesBefore).rig);
      }),
      runs(4000),
    );
  });

  it("keep every invariant where people steer canaries step by step", () => {
    fc.assert(
      fc.property(roomy, steered, (told, cues) => {
        expectEnd(play(told, cues).rig);
      }),
      runs(1000),
    );
  });

  it("end at what is written, once a person has said go on as often as asked", () => {
    fc.assert(
      fc.property(cast, calm, (told, cues) => {
        const { rig } = resumed(play(told, cues));
        expectEnd(rig);
        expectDone(rig);
      }),
      runs(2000),
    );
  });

  it("end, or wait for somebody, whatever steps fail, are skipped or turn back", () => {
    fc.assert(
      fc.property(cast, wayward, fc.boolean(), (told, cues, resumes) => {
        const played = play(told, cues);
        expectEnd((resumes ? resumed(played) : played).rig);
      }),
      runs(3000),
    );
  });

  it("end at what is written though the stable revision is dead", () => {
    fc.assert(
      fc.property(roomyOrMute, bereft, (told, cues) => {
        const { rig } = resumed(play(told, cues));
        expectEnd(rig);
        expectDone(rig);
      }),
      runs(1000),
    );
  });

  it("end alike, before whichever write the controller dies", () => {
    fc.assert(
      fc.property(cast, orderly, fc.nat(), (told, cues, which) => {
        const whole = play(told, cues).rig;
        whole.rest();
        const end = endState(whole);
        for (const write of deathsOf(whole.writes, which)) {
          const cutShort = play(told, cues, [write]).rig;
          cutShort.rest();
          expect(endState(cutShort), cutShort.fault(`died before write ${write}`).message).to.deep.equal(end);
        }
      }),
      runs(60),
    );
  });
});

/** A person says go on as often as asked. */
function resumed(played: Play): Play {
  const { rig } = played;
  for (let asked = 0; asked < 12; asked++) {
    rig.rest();
    const commanded = command("resume", rig.app());
    if (phaseOf(rig) !== "workflowSuspending" || "refusal" in commanded) break;
    rig.write(commanded.object, "resume");
  }
  return played;
}

/** Every write of a short run, and some of a long one. */
function deathsOf(writes: number, which: number): readonly number[] {
  const all = Array.from({ length: writes }, (_, write) => write);
  const step = Math.max(1, Math.ceil(writes / 40));
  return all.filter((write) => write % step === which % step);
}
