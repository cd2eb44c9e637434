import { expectRest } from "./rest.ts";
import { Rig } from "./rig.ts";
import { type Cast, type Happening, Story } from "./stories.ts";

const cast: Cast = { size: 2, hasService: true, hasGateway: true, rollsBack: false, returnsAtOnce: false };
const happens = (what: Happening["what"], more: Partial<Happening> = {}): Happening => ({
  what,
  pick: 0,
  size: 2,
  batches: [],
  weights: [50, 50, 50],
  suspends: [false, false, false],
  rest: undefined,
  ...more,
});

/** Shrunk stories that once broke an invariant, or did not come to rest. */
const stories: readonly [string, Partial<Cast>, readonly Happening[]][] = [
  ["the gateway's route keeps no subset when the rollout trait goes", {}, [happens("no trait")]],
  [
    "a DestinationRule that is deleted in mid-rollout comes back with all serving subsets",
    { hasGateway: false },
    [happens("plain", { rest: 5 }), happens("delete", { pick: 3, rest: 1 })],
  ],
  [
    "a failed revision that is pinned stays failed",
    { rollsBack: true },
    [happens("plain"), happens("content back"), happens("fail", { pick: 1 }), happens("pin", { pick: 1 })],
  ],
  [
    "a shrunk revision whose pods are not ready is not taken for done",
    { hasService: false, size: 5 },
    [happens("fail"), happens("resize", { size: 2 })],
  ],
  [
    "pods of an abandoned revision outlive a route that was removed",
    {},
    [happens("plain", { rest: 5 }), happens("no trait", { rest: 6 }), happens("plain", { rest: 0 })],
  ],
  [
    "a step that died between its mark and its status ends like one that did not",
    { hasService: false, size: 1 },
    [happens("canary")],
  ],
];

describe("regressions of random stories", () => {
  for (const [name, more, happenings] of stories) {
    it(name, () => {
      const rig = new Rig("Application/default/shop");
      const story = new Story({ ...cast, ...more }, rig);
      story.begin();
      rig.rest();
      for (const happening of happenings) story.happen(happening);
      expectRest(rig);
    });
  }
});
