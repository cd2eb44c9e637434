import fc from "fast-check";
import type { Way } from "./shop-workflow.ts";
import { patient, rough, way } from "./ways.ts";

/** A canary component as it is first applied. */
export interface Born {
  readonly size: number;
  readonly batches: readonly number[];
  readonly hasService: boolean;
  readonly hasGateway: boolean;
}

/** What the shop is like at the beginning. */
export interface Cast {
  readonly parts: readonly Born[];
  readonly rollsBack: boolean;
  readonly returnsAtOnce: boolean;
  /** Whether every spec comes with a publishVersion of its own. */
  readonly publishes?: boolean;
  /** Whether many revisions have been before, as many as are kept and more. */
  readonly isAged?: boolean;
}

interface OfPart {
  readonly part: number;
}
interface Picked {
  readonly pick: number;
}
interface ByHand extends Picked {
  readonly number: number;
}
interface Lasting {
  readonly seconds: number;
}
interface Cutting extends OfPart {
  readonly cuts: Cuts;
}
interface OnTheWay extends Cutting {
  readonly way: Way;
}

/** What can happen. `part` and `pick` choose among what there is then. */
export interface Acts {
  readonly release: OnTheWay & { readonly both: boolean };
  readonly "flip back": OnTheWay & Picked;
  readonly pin: Cutting & Picked;
  readonly resize: Cutting & { readonly size: number; readonly partition: number | undefined };
  readonly trait: OfPart;
  readonly ports: OfPart & { readonly keepsWorkflow: boolean };
  readonly gateway: OfPart & { readonly keepsWorkflow: boolean };
  readonly component: OfPart;
  readonly "rolls back": unknown;
  readonly "returns at once": unknown;
  readonly publish: { readonly version: number | undefined };
  readonly "run again": unknown;
  readonly resume: unknown;
  readonly suspend: unknown;
  readonly terminate: unknown;
  readonly restart: unknown;
  readonly rollback: unknown;
  readonly crash: OfPart & Picked;
  readonly fail: OfPart & Picked;
  readonly heal: unknown;
  readonly delete: ByHand;
  readonly reweigh: ByHand;
  readonly unsubset: ByHand;
  readonly rescale: ByHand;
  readonly "controller dies": unknown;
  readonly "ready after": Lasting;
  readonly "watch lags": Lasting;
}

export type Act = { readonly [Does in keyof Acts]: { readonly do: Does } & Acts[Does] }[keyof Acts];

export type Cuts = readonly number[];

/** An act, and how many seconds pass after it: undefined until it is at rest. */
export interface Cue {
  readonly act: Act;
  readonly rest: number | undefined;
}

const part = fc.nat({ max: 1 });
const pick = fc.nat({ max: 11 });
const size = fc.integer({ min: 1, max: 6 });
const cuts = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 });

/** Batches that add up to the size: the generated ones as far as they fit, and the rest. */
export function cut(whole: number, pieces: Cuts): readonly number[] {
  const fitting: number[] = [];
  let left = whole;
  for (const piece of pieces) {
    if (piece >= left) break;
    fitting.push(piece);
    left -= piece;
  }
  return [...fitting, left];
}

const born: fc.Arbitrary<Born> = fc
  .record({ size, inTwo: fc.boolean(), kind: fc.constantFrom("service", "gateway", "gateway", "none") })
  .map(({ size: whole, inTwo, kind }) => ({
    size: whole,
    batches: cut(whole, inTwo ? [1] : []),
    hasService: kind !== "none",
    hasGateway: kind === "gateway",
  }));

export const cast: fc.Arbitrary<Cast> = fc.record({
  parts: fc.oneof({ weight: 2, arbitrary: fc.tuple(born) }, { weight: 1, arbitrary: fc.tuple(born, born) }),
  rollsBack: fc.boolean(),
  returnsAtOnce: fc.boolean(),
  publishes: fc.constantFrom(false, false, true),
  isAged: fc.boolean(),
});

const act = <Does extends keyof Acts>(does: Does, more: { [Key in keyof Acts[Does]]: fc.Arbitrary<Acts[Does][Key]> }) =>
  fc.record({ do: fc.constant(does), ...more }) as unknown as fc.Arbitrary<Act>;

const release = act("release", { part, both: fc.boolean(), cuts, way });
const partition = fc.option(fc.nat({ max: 2 }), { nil: undefined });

const along = (ways: fc.Arbitrary<Way>) => act("release", { part, both: fc.boolean(), cuts, way: ways });
const astray = along(rough);

/** What people write that stops, or goes back, by itself. */
const roughly = (ways: fc.Arbitrary<Way>): readonly fc.Arbitrary<Act>[] => [
  along(ways),
  along(ways),
  act("publish", { version: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }) }),
  act("run again", {}),
];

/** What people write. */
const written: readonly fc.Arbitrary<Act>[] = [
  release,
  release,
  release,
  act("flip back", { part, pick, cuts, way }),
  act("pin", { part, pick, cuts }),
  act("resize", { part, size, cuts, partition }),
  act("trait", { part }),
  act("ports", { part, keepsWorkflow: fc.boolean() }),
  act("gateway", { part, keepsWorkflow: fc.boolean() }),
  act("component", { part }),
  act("rolls back", {}),
  act("returns at once", {}),
];

const resume = act("resume", {});
const commands: readonly fc.Arbitrary<Act>[] = [
  resume,
  resume,
  act("suspend", {}),
  act("terminate", {}),
  act("restart", {}),
  act("rollback", {}),
];

const slow = act("ready after", { seconds: fc.constantFrom(1, 3, 8, 20) });
const number = fc.nat({ max: 100 });

/** What goes wrong. */
const faults: readonly fc.Arbitrary<Act>[] = [
  act("crash", { part, pick }),
  act("fail", { part, pick }),
  act("heal", {}),
  act("delete", { pick, number }),
  act("reweigh", { pick, number }),
  act("unsubset", { pick, number }),
  act("rescale", { pick, number }),
  act("controller dies", {}),
];

const lag = act("watch lags", { seconds: fc.constantFrom(0, 1, 3) });

/** Quarters of a second: sums of them are exact. */
const seconds = fc.option(
  fc.nat({ max: 100 }).map((quarters) => quarters / 4),
  { nil: undefined },
);

const cues = (acts: readonly fc.Arbitrary<Act>[], rest: fc.Arbitrary<number | undefined>, maxLength: number) =>
  fc.array(fc.record({ act: fc.oneof(...acts), rest }), { minLength: 1, maxLength });

/** Anything at any time. */
export const wild = cues([...written, ...roughly(rough), ...commands, slow, ...faults, lag], seconds, 8);
/** Anything that is to be seen at once. */
export const prompt = cues([...written, ...roughly(rough), ...commands, slow, ...faults], seconds, 8);
/** A canary that stops at every batch, for a person. */
const careful = {
  part,
  cuts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
  way: way.map(
    (any): Way => ({ ...any, style: "steps", stops: [true, true, true], pauses: ["person", "person", "person"] }),
  ),
};

const carefully = [act("release", { ...careful, both: fc.constant(false) }), act("flip back", { ...careful, pick })];
const mostlyAtRest = fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: seconds });

/** A careful canary that is taken some way, and then somewhere else. */
export const steered = fc
  .tuple(
    cues([slow], seconds, 1),
    cues(carefully, mostlyAtRest, 1),
    cues([resume], mostlyAtRest, 3),
    cues([...carefully, act("restart", {}), act("restart", {}), resume, slow], mostlyAtRest, 4),
  )
  .map((acts) => acts.flat());
/** One that is taken some way, whose stable revision dies there, or before, and perhaps another one after it, or a crash. */
export const bereft = fc
  .tuple(
    cues([slow], seconds, 1),
    cues([act("fail", { part: fc.constant(0), pick: fc.constant(0) })], seconds, 1),
    cues(
      [
        act("release", { ...careful, both: fc.constant(false) }),
        act("release", { part, cuts, way, both: fc.constant(false) }),
      ],
      seconds,
      1,
    ),
    cues([resume], seconds, 2),
    cues(
      [
        act("release", { ...careful, both: fc.constant(false) }),
        act("release", { part, cuts, way, both: fc.constant(false) }),
        act("crash", { part: fc.constant(0), pick }),
      ],
      seconds,
      2,
    ),
    fc.nat({ max: 3 }),
  )
  .map(([pace, [death], begun, gone, after, when]) => {
    const acts = [...pace, ...begun, ...gone, ...after];
    return death ? [...acts.slice(0, when + 1), death, ...acts.slice(when + 1)] : acts;
  });
/** A component with pods enough for several batches. */
const roomyCast = (hasService: fc.Arbitrary<boolean>): fc.Arbitrary<Cast> =>
  fc.tuple(cast, fc.integer({ min: 3, max: 6 }), hasService, fc.boolean()).map(([any, whole, serves, hasGateway]) => ({
    ...any,
    parts: [{ size: whole, batches: [whole], hasService: serves, hasGateway: serves && hasGateway }],
  }));
export const roomy = roomyCast(fc.constant(true));
export const roomyOrMute = roomyCast(fc.boolean());
/** Only what people write, at any time. */
export const calm = cues([...written, slow], seconds, 6);
/** Only ways that may end elsewhere than their spec says, with pods that are slow or fail, and people who go on. */
export const wayward = cues([astray, astray, astray, resume, slow, act("fail", { part, pick })], seconds, 4);
/** Only what people write and command, and only at rest; who dies settles anew, so that nothing is to be in time. */
export const orderly = cues([...written, ...roughly(patient), ...commands], fc.constant(undefined), 3);
