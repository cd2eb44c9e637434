import { expect } from "chai";
import { decide } from "../../src/rollout/decide.ts";
import type { Move } from "../../src/rollout/move.ts";
import type { Goal, RevisionState, Situation } from "../../src/rollout/situation.ts";

/** Pods by revision: as many as are ready, or `[wanted, ready]`, or those of a Deployment that makes no progress. */
type PodsOf = Readonly<Record<string, number | readonly [number, number] | "stuck">>;

interface Told extends Partial<Omit<Situation, "revisions">> {
  readonly pods?: PodsOf;
}

const revisions = (pods: PodsOf): readonly RevisionState[] =>
  Object.entries(pods).map(([name, told]) => {
    const [replicas, ready] = told === "stuck" ? [1, 0] : typeof told === "number" ? [told, told] : told;
    return { name, replicas, ready, stuck: told === "stuck" };
  });

/** Two pods of a stable v1 with all traffic, on the way to v2 in two batches. */
const situation = ({ pods = { v1: 2 }, ...told }: Told): Situation => ({
  size: 2,
  batches: [1, 1],
  settledSize: 2,
  stable: "v1",
  target: "v2",
  revisions: revisions(pods),
  routed: true,
  weights: { v1: 100 },
  hasRule: true,
  subsets: ["v1", "v2"],
  routeSettlesIn: 0,
  subsetSettlesIn: {},
  podsKnownIn: {},
  removalSettlesIn: 0,
  returnAtOnce: false,
  awaitsAllPods: false,
  ...told,
});

const all: Goal = { partition: 1, weight: undefined };
const first = (weight?: number): Goal => ({ partition: 0, weight });
const none: Goal = { partition: -1, weight: undefined };

function tellMove(move: Move | undefined): string {
  switch (move?.kind) {
    case "scale":
      return `scale ${move.revision} to ${move.replicas}`;
    case "route":
      return `route ${Object.entries(move.weights)
        .map(([revision, weight]) => `${revision} ${weight}`)
        .join(", ")}`;
    case "subsets":
      return `subsets ${move.subsets.join(", ")}`;
    case "remove":
      return `remove ${move.revision}`;
    case "wait":
      return `await ${move.on} of ${move.revision}${move.seconds === undefined ? "" : ` ${move.seconds}s`}`;
    case undefined:
      return "nothing";
  }
}

function tell(told: Told, goal: Goal): string {
  const { move, phase, batch, repairs, dead } = decide(situation(told), goal);
  const lost = move?.kind === "route" ? [] : dead;
  const notes = `${repairs ? ", repairs" : ""}${lost.map((name) => `, ${name} is dead`).join("")}`;
  return `${tellMove(move)}; ${phase} ${batch}${notes}`;
}

type Case = readonly [string, Told, Goal, string];

function table(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    for (const [name, told, goal, expected] of cases) {
      it(name, () => expect(tell(told, goal)).to.equal(expected));
    }
  });
}

const shared = { v1: 50, v2: 50 };

describe("decide", () => {
  it("lets only pods and subsets that are added go before a lost route, and none where it is held", () => {
    const lost = situation({ pods: { v1: 1, v2: 1 }, weights: undefined, subsetSettlesIn: { v1: 9, v2: 9 } });
    const told = (isHeld: boolean) => tellMove(decide(lost, all, isHeld).move);
    expect(told(false)).to.equal("scale v2 to 2");
    expect(told(true)).to.equal("await pause of v1 9s");
  });

  table("batch by batch, with traffic that follows the pods", [
    ["the proxies hear of its subset first", { subsets: ["v1"] }, all, "subsets v1, v2; Rolling 0"],
    ["then pods come", {}, all, "scale v2 to 1; Rolling 0"],
    ["they become ready", { pods: { v1: 2, v2: [1, 0] } }, all, "await pods of v2; Rolling 0"],
    ["they do not", { pods: { v1: 2, v2: "stuck" } }, all, "await stuck of v2; Rolling 0"],
    [
      "the proxies learn of them",
      { pods: { v1: 2, v2: 1 }, subsetSettlesIn: { v2: 9 } },
      all,
      "await pause of v2 9s; Rolling 0",
    ],
    ["their weight", { pods: { v1: 2, v2: 1 } }, all, "route v1 50, v2 50; Rolling 0"],
    [
      "settle",
      { pods: { v1: 2, v2: 1 }, weights: shared, routeSettlesIn: 12 },
      all,
      "await settle of v1 12s; Rolling 0",
    ],
    ["old pods go", { pods: { v1: 2, v2: 1 }, weights: shared }, all, "scale v1 to 1; Rolling 0"],
    ["the next batch", { pods: { v1: 1, v2: 1 }, weights: shared }, all, "scale v2 to 2; Rolling 1"],
    ["all weight", { pods: { v1: 1, v2: 2 }, weights: shared }, all, "route v2 100; Rolling 1"],
    ["the last old pods", { pods: { v1: 1, v2: 2 }, weights: { v2: 100 } }, all, "scale v1 to 0; Rolling 1"],
    ["they end", { pods: { v1: [0, 1], v2: 2 }, weights: { v2: 100 } }, all, "await pods of v1; Rolling 1"],
    ["their Deployment", { pods: { v1: 0, v2: 2 }, weights: { v2: 100 } }, all, "remove v1; Rolling 1"],
    ["done", { pods: { v2: 2 }, weights: { v2: 100 }, subsets: ["v2"] }, all, "nothing; Complete 1"],
    ["nothing may begin", {}, none, "nothing; Reached -1"],
    [
      "a size that shrank in mid-rollout",
      { size: 1, batches: [1], pods: { v2: 2 }, weights: { v2: 100 } },
      all,
      "scale v2 to 1; Rolling 1",
    ],
    [
      "a size that grew in mid-rollout",
      { size: 4, batches: [2, 2], pods: { v1: 1, v2: 2 } },
      all,
      "scale v1 to 2; Rolling 1",
    ],
  ]);

  table("up to a partition, with the weight of a step", [
    ["its weight", { pods: { v1: 2, v2: 1 } }, first(10), "route v1 90, v2 10; Rolling 0"],
    [
      "old pods go, as many as came",
      { pods: { v1: 2, v2: 1 }, weights: { v1: 90, v2: 10 } },
      first(10),
      "scale v1 to 1; Rolling 0",
    ],
    ["reached", { pods: { v1: 1, v2: 1 }, weights: { v1: 90, v2: 10 } }, first(10), "nothing; Reached 0"],
    [
      "a later step raises it",
      { pods: { v1: 1, v2: 1 }, weights: { v1: 90, v2: 10 } },
      first(30),
      "route v1 70, v2 30; Rolling 0",
    ],
    ["no weight yet", { pods: { v1: 1, v2: 1 } }, first(0), "nothing; Reached 0"],
    [
      "earlier batches take no more than their share",
      { pods: { v1: 2, v2: 1 } },
      { partition: 1, weight: 80 },
      "route v1 50, v2 50; Rolling 0",
    ],
    [
      "nor more than the weight",
      { pods: { v1: 2, v2: 1 } },
      { partition: 1, weight: 10 },
      "route v1 90, v2 10; Rolling 0",
    ],
    [
      "all pods with a part of the traffic keep one old pod",
      { pods: { v1: 1, v2: 2 }, weights: { v1: 90, v2: 10 } },
      { partition: 1, weight: 10 },
      "nothing; Reached 1",
    ],
    [
      "a part of the traffic for old pods that are gone brings one back",
      { pods: { v1: 0, v2: 2 }, weights: { v2: 100 } },
      { partition: 1, weight: 10 },
      "scale v1 to 1; Rolling 1",
    ],
    [
      "an old pod is kept for its part of the traffic, whatever batch has moved the last",
      { size: 1, pods: { v1: 1, v2: 1 }, weights: { v2: 100 } },
      { partition: 1, weight: 10 },
      "route v1 90, v2 10; Rolling 1",
    ],
    [
      "pods beyond a smaller size go, though batches are left",
      { size: 1, pods: { v2: 3 }, weights: { v2: 100 } },
      first(100),
      "scale v2 to 1; Rolling 0",
    ],
    [
      "a lost old pod comes back",
      { pods: { v1: 0, v2: 1 }, weights: { v1: 90, v2: 10 } },
      first(10),
      "scale v1 to 1; Rolling 0, v1 is dead",
    ],
  ]);

  table("dead pods of a revision whose subset has just been seen", [
    [
      "their weight leaves at once: the heir is routed to already",
      { pods: { v1: 2, v2: [1, 0] }, weights: { v1: 75, v2: 25 }, subsetSettlesIn: { v1: 1, v2: 1 } },
      first(25),
      "route v1 100; Rolling 0, repairs",
    ],
  ]);

  table("weights that proxies may not bear yet", [
    [
      "a subset that was put back a moment ago: they do not rise",
      { pods: { v1: 1, v2: 2 }, weights: { v1: 90, v2: 10 }, subsetSettlesIn: { v2: 9 } },
      { partition: 1, weight: 100 },
      "await pause of v2 9s; Rolling 1",
    ],
    [
      "pods that have just come, of a revision that has some",
      { pods: { v1: 1, v2: 2 }, weights: { v1: 90, v2: 10 }, podsKnownIn: { v2: 1 } },
      { partition: 1, weight: 100 },
      "route v2 100; Rolling 1",
    ],
    [
      "pods that have just come, of a revision that somebody named without any",
      { pods: { v1: 2, v2: 1 }, weights: { v1: 100, v2: 0 }, podsKnownIn: { v2: 1 } },
      first(10),
      "await pause of v2 1s; Rolling 0",
    ],
    [
      "dead pods of an abandoned revision do not hurry the calls of others",
      {
        target: "v3",
        subsets: ["v1", "v2", "v3"],
        pods: { v1: [1, 0], v2: 1, v3: 1 },
        weights: { v1: 75, v2: 25 },
        subsetSettlesIn: { v3: 9 },
      },
      first(25),
      "await pause of v3 9s; Rolling 0, v1 is dead",
    ],
  ]);

  table("without a Service", [
    [
      "old pods go as soon as new ones are ready",
      { routed: false, weights: undefined, hasRule: false, subsets: [], pods: { v1: 2, v2: 1 }, routeSettlesIn: 12 },
      all,
      "scale v1 to 1; Rolling 0",
    ],
    [
      "old pods outlive a route that went a moment ago",
      { routed: false, weights: undefined, pods: { v1: 2, v2: 1 }, removalSettlesIn: 12 },
      all,
      "await settle of v1 12s; Rolling 0",
    ],
    [
      "somebody took its subsets: they outlive it none the less",
      { routed: false, weights: undefined, subsets: [], pods: { v1: 2, v2: 1 }, removalSettlesIn: 12 },
      all,
      "await settle of v1 12s; Rolling 0",
    ],
    [
      "done",
      { routed: false, weights: undefined, hasRule: false, subsets: [], pods: { v2: 2 } },
      all,
      "nothing; Complete 1",
    ],
    [
      "done at a batch",
      { routed: false, weights: undefined, hasRule: false, subsets: [], pods: { v1: 1, v2: 1 } },
      first(10),
      "nothing; Reached 0",
    ],
  ]);

  const new1 = { stable: undefined, target: "v1", settledSize: undefined, weights: undefined, subsets: [] };
  table("a first deployment", [
    ["its subset, while nothing is there that could be called", { ...new1, pods: {} }, all, "subsets v1; Rolling 0"],
    ["the first batch", { ...new1, pods: {}, subsets: ["v1"] }, all, "scale v1 to 1; Rolling 0"],
    [
      "the proxies learn of it, and more pods come",
      { ...new1, pods: { v1: 1 }, subsets: ["v1"], subsetSettlesIn: { v1: 9 } },
      all,
      "scale v1 to 2; Rolling 1",
    ],
    [
      "the proxies learn of it",
      { ...new1, pods: { v1: [2, 1] }, subsets: ["v1"], subsetSettlesIn: { v1: 9 } },
      all,
      "await pause of v1 9s; Rolling 1, repairs",
    ],
    ["its subset, which somebody took", { ...new1, pods: { v1: 1 } }, all, "subsets v1; Rolling 1, repairs"],
    ["its route", { ...new1, pods: { v1: 1 }, subsets: ["v1"] }, all, "route v1 100; Rolling 1, repairs"],
    [
      "the second",
      { ...new1, pods: { v1: 1 }, subsets: ["v1"], weights: { v1: 100 } },
      all,
      "scale v1 to 2; Rolling 1",
    ],
    ["done", { ...new1, pods: { v1: 2 }, subsets: ["v1"], weights: { v1: 100 } }, all, "nothing; Complete 1"],
    [
      "pods outside any revision serve until all are ready",
      { ...new1, pods: { v1: 1 }, subsets: ["v1"], awaitsAllPods: true },
      all,
      "scale v1 to 2; Rolling 1",
    ],
    [
      "then comes the route",
      { ...new1, pods: { v1: 2 }, subsets: ["v1"], awaitsAllPods: true },
      all,
      "route v1 100; Rolling 1, repairs",
    ],
    [
      "superseded: who serves is the source",
      { ...new1, target: "v2", pods: { v1: 1 }, subsets: ["v1", "v2"], weights: { v1: 100 } },
      all,
      "scale v2 to 1; Rolling 0",
    ],
    [
      "superseded before anything was ready",
      { ...new1, target: "v2", pods: { v1: [1, 0] } },
      all,
      "scale v1 to 0; Returning 0",
    ],
  ]);

  table("what was lost from outside", [
    [
      "a subset",
      { pods: { v1: 1, v2: 1 }, weights: shared, subsets: ["v1"] },
      first(50),
      "subsets v1, v2; Rolling 0, repairs",
    ],
    [
      "the rule",
      { pods: { v1: 1, v2: 1 }, weights: { v1: 100 }, subsets: [] },
      first(50),
      "subsets v1, v2; Rolling 0, repairs",
    ],
    [
      "the route, at a step",
      { pods: { v1: 1, v2: 1 }, weights: undefined },
      first(10),
      "route v1 90, v2 10; Rolling 0, repairs",
    ],
    [
      "the route, between batches",
      { pods: { v1: 1, v2: 1 }, weights: undefined },
      all,
      "route v1 100; Rolling 1, repairs",
    ],
    [
      "the route, and the stable pods",
      { pods: { v1: [1, 0], v2: 1 }, weights: undefined },
      first(10),
      "route v2 100; Rolling 0, repairs",
    ],
    ["the route, and all pods", { pods: { v1: [2, 0] }, weights: undefined }, none, "nothing; Reached -1"],
    [
      "canary pods",
      { pods: { v1: 1, v2: [1, 0] }, weights: { v1: 90, v2: 10 } },
      first(10),
      "route v1 100; Rolling 0, repairs",
    ],
    [
      "their subset too",
      { pods: { v1: 1, v2: [1, 0] }, weights: { v1: 90, v2: 10 }, subsets: ["v1"] },
      first(10),
      "subsets v1, v2; Rolling 0, repairs, v2 is dead",
    ],
    [
      "all pods",
      { pods: { v1: [1, 0], v2: [1, 0] }, weights: { v1: 90, v2: 10 } },
      first(10),
      "scale v1 to 2; Rolling 0, v1 is dead, v2 is dead",
    ],
    [
      "the stable pods: weights stay",
      { pods: { v1: [1, 0], v2: 1 }, weights: { v1: 90, v2: 10 } },
      first(10),
      "nothing; Reached 0, v1 is dead",
    ],
    [
      "the stable pods: a step's split gives the new ones what it asks for",
      { pods: { v1: [1, 0], v2: 1 }, weights: { v1: 100 } },
      first(10),
      "route v1 90, v2 10; Rolling 0",
    ],
    [
      "the stable pods: a split that gives weight back to them waits",
      { pods: { v1: [1, 0], v2: 1 }, weights: { v1: 80, v2: 20 } },
      first(10),
      "await pods of v1; Rolling 0, v1 is dead",
    ],
    [
      "the stable pods: a step that asks for all takes it in its first batch",
      { pods: { v1: "stuck", v2: 1 }, weights: { v1: 90, v2: 10 } },
      { partition: 1, weight: 100 },
      "route v2 100; Rolling 0",
    ],
    [
      "the stable pods a moment ago: they keep what the new ones cannot carry",
      { pods: { v1: [1, 0], v2: 1 }, weights: { v1: 90, v2: 10 } },
      { partition: 1, weight: 100 },
      "route v1 50, v2 50; Rolling 0",
    ],
    [
      "the stable pods, in the second batch: the same",
      { pods: { v1: [1, 0], v2: [2, 1] }, weights: { v1: 50, v2: 50 } },
      { partition: 1, weight: 100 },
      "await pods of v2; Rolling 1, v1 is dead",
    ],
    [
      "some of the pods that are to carry a split which gives weight back: it waits",
      { size: 4, settledSize: 4, batches: [1, 3], pods: { v1: [3, 1], v2: 4 }, weights: { v1: 10, v2: 90 } },
      { partition: 0, weight: 25 },
      "await pods of v1; Rolling 0",
    ],
    [
      "the stable pods: traffic that follows the pods leaves them",
      { pods: { v1: "stuck", v2: 1 }, weights: { v1: 100 } },
      first(),
      "route v2 100; Rolling 0",
    ],
    [
      "the stable pods: who takes their part takes it at once",
      { pods: { v1: [1, 0], v2: 1 }, weights: { v1: 100 }, subsetSettlesIn: { v2: 9 } },
      first(10),
      "route v1 90, v2 10; Rolling 0",
    ],
    [
      "weights that total too little",
      { pods: { v1: 1, v2: 1 }, weights: { v1: 20, v2: 10 } },
      first(10),
      "route v2 10, v1 90; Rolling 0, repairs",
    ],
    [
      "weights that total too much",
      { pods: { v1: 1, v2: 1 }, weights: { v1: 90, v2: 90 } },
      first(10),
      "route v2 90, v1 10; Rolling 0, repairs",
    ],
    [
      "weights, where only an abandoned revision serves",
      { target: "v1", pods: { v1: [2, 0], v2: 1 }, weights: { v1: 0 } },
      all,
      "route v2 100; Rolling 0, repairs",
    ],
    ["weights, and all pods", { pods: { v1: [2, 0] }, weights: { v1: 20 } }, none, "nothing; Reached -1, v1 is dead"],
    [
      "the Deployment of the stable pods, at a batch that was reached",
      { pods: { v2: 1 }, weights: { v1: 90, v2: 10 } },
      first(10),
      "scale v1 to 1; Rolling 0, v1 is dead",
    ],
    ["weights that total 100", { pods: { v1: 1, v2: 1 }, weights: shared }, first(10), "route v1 90, v2 10; Rolling 0"],
  ]);

  const back = { target: "v1", pods: { v1: 1, v2: 1 }, weights: { v1: 90, v2: 10 } };
  table("a return to the stable revision", [
    ["it grows at once", back, all, "scale v1 to 2; Returning 1"],
    [
      "its weight follows its pods",
      { ...back, pods: { v1: [2, 1], v2: 1 }, weights: { v1: 10, v2: 90 } },
      all,
      "route v1 50, v2 50; Returning 0",
    ],
    ["and is never lowered", { ...back, pods: { v1: [2, 1], v2: 1 } }, all, "await pods of v1; Returning 0"],
    ["all of it once they are there", { ...back, pods: { v1: 2, v2: 1 } }, all, "route v1 100; Returning 0"],
    [
      "at once: with the first pod",
      { ...back, pods: { v1: [2, 1], v2: 1 }, returnAtOnce: true },
      all,
      "route v1 100; Returning 0",
    ],
    [
      "at once: not without one",
      { ...back, pods: { v1: [2, 0], v2: 1 }, weights: { v2: 100 }, returnAtOnce: true },
      all,
      "await pods of v1; Returning 0",
    ],
    [
      "settle",
      { ...back, pods: { v1: 2, v2: 1 }, weights: { v1: 100 }, routeSettlesIn: 12 },
      all,
      "await settle of v2 12s; Returning 0",
    ],
    [
      "pods that never were ready go at once",
      { ...back, pods: { v1: 2, v2: [1, 0] }, weights: { v1: 100 }, routeSettlesIn: 12 },
      all,
      "scale v2 to 0; Returning 0",
    ],
    ["abandoned pods go", { ...back, pods: { v1: 2, v2: 1 }, weights: { v1: 100 } }, all, "scale v2 to 0; Returning 0"],
    ["their Deployment", { ...back, pods: { v1: 2, v2: 0 }, weights: { v1: 100 } }, all, "remove v2; Returning 0"],
    [
      "their subset waits for those that went",
      { ...back, pods: { v1: 2 }, weights: { v1: 100 }, removalSettlesIn: 12 },
      all,
      "await settle of v2 12s; Complete 1",
    ],
    ["and goes", { ...back, pods: { v1: 2 }, weights: { v1: 100 } }, all, "subsets v1; Complete 1"],
    [
      "a dead stable revision waits",
      { ...back, pods: { v1: [2, 0], v2: 2 }, weights: { v2: 100 } },
      all,
      "await pods of v1; Returning 0",
    ],
    [
      "abandoned pods that are needed stay",
      { ...back, pods: { v1: [2, 0], v2: 2 }, weights: { v1: 100 } },
      all,
      "await pods of v1; Returning 0, v1 is dead",
    ],
  ]);

  const superseded = { target: "v3", subsets: ["v1", "v2", "v3"], pods: { v1: 1, v2: 1 }, weights: { v1: 90, v2: 10 } };
  table("a rollout that is superseded", [
    ["the stable revision grows to what the new plan leaves it", superseded, all, "scale v1 to 2; Returning 0"],
    [
      "less where the new target serves",
      { ...superseded, pods: { v1: 1, v2: 1, v3: 1 }, weights: { v1: 50, v2: 10, v3: 40 } },
      all,
      "route v1 60, v3 40; Returning 1",
    ],
    [
      "several are abandoned: one after the other",
      { ...superseded, target: "v4", pods: { v1: [4, 2], v2: 1, v3: 1 }, size: 4, weights: { v1: 30, v2: 10, v3: 60 } },
      all,
      "route v1 50, v3 50; Returning 0",
    ],
    [
      "several: pods",
      { ...superseded, target: "v4", pods: { v1: 2, v2: 1, v3: 1 }, weights: { v1: 100 } },
      all,
      "scale v2 to 0; Returning 0",
    ],
    [
      "several: the next",
      { ...superseded, target: "v4", pods: { v1: 2, v2: 0, v3: 1 }, weights: { v1: 100 } },
      all,
      "scale v3 to 0; Returning 0",
    ],
    [
      "several: Deployments",
      { ...superseded, target: "v4", pods: { v1: 2, v2: 0, v3: 0 }, weights: { v1: 100 } },
      all,
      "remove v2; Returning 0",
    ],
    [
      "a dead stable revision that has traffic is not waited for",
      { ...superseded, pods: { v1: [2, 0], v2: 1 } },
      first(25),
      "scale v3 to 1; Rolling 0, v1 is dead",
    ],
    [
      "of what it has nothing moves: the new target takes what the abandoned one has",
      { ...superseded, pods: { v1: [2, 0], v2: 1, v3: 1 } },
      first(10),
      "route v1 90, v3 10; Rolling 0",
    ],
    ["first", { ...superseded, pods: { v1: [2, 0], v2: 1, v3: 1 } }, first(25), "route v1 75, v3 25; Rolling 0"],
    [
      "and its share where traffic follows the pods",
      { ...superseded, pods: { v1: [2, 0], v2: 1, v3: 1 } },
      all,
      "route v1 50, v3 50; Rolling 0",
    ],
    [
      "the abandoned one stays as long as it may be needed",
      { ...superseded, pods: { v1: [1, 0], v2: 1, v3: 1 }, weights: { v1: 75, v3: 25 } },
      first(25),
      "nothing; Reached 0, v1 is dead",
    ],
    [
      "and goes when it is not",
      { ...superseded, pods: { v2: 1, v3: 2 }, weights: { v3: 100 } },
      all,
      "scale v2 to 0; Rolling 1",
    ],
    [
      "a stable revision without traffic is waited for",
      { ...superseded, pods: { v1: [2, 0], v2: 2 }, weights: { v2: 100 } },
      all,
      "await pods of v1; Returning 0",
    ],
    [
      "until it has had its time: then the new rollout begins from the one that stands in for it",
      { ...superseded, pods: { v1: "stuck", v2: 2 }, weights: { v2: 100 } },
      all,
      "scale v3 to 1; Rolling 0",
    ],
    [
      "which keeps its traffic where its pods crash",
      { ...superseded, pods: { v1: "stuck", v2: [1, 0], v3: 1 }, weights: { v2: 75, v3: 25 } },
      first(25),
      "nothing; Reached 0, v2 is dead",
    ],
    [
      "also a stable one that is stuck half-way, and has less",
      {
        ...superseded,
        size: 4,
        batches: [1, 3],
        settledSize: 4,
        pods: { v1: [4, 1], v2: 3 },
        weights: { v1: 25, v2: 75 },
      },
      { partition: 0, weight: 10 },
      "await pods of v1; Returning 0",
    ],
    [
      "pods that alone could serve do not go because they crash",
      { ...superseded, target: "v1", routed: false, weights: undefined, pods: { v1: [2, 0], v2: [1, 0] } },
      all,
      "await pods of v1; Returning 0",
    ],
    [
      "the new rollout begins when they are gone",
      { ...superseded, pods: { v1: 2 }, weights: { v1: 100 } },
      all,
      "scale v3 to 1; Rolling 0",
    ],
  ]);

  const steady = { target: "v1", subsets: ["v1"] };
  const larger = { ...steady, size: 6, batches: [1, 3], pods: { v1: 2 } };
  const smaller = { ...steady, size: 2, batches: [1, 2], settledSize: 5, pods: { v1: 5 } };
  table("scaling", [
    ["up: a batch", larger, all, "scale v1 to 3; Rolling 1"],
    ["up: it becomes ready", { ...larger, pods: { v1: [3, 2] } }, all, "await pods of v1; Rolling 1"],
    ["up: the next", { ...larger, pods: { v1: 3 } }, all, "scale v1 to 6; Rolling 1"],
    ["up: as far as the partition lets it", { ...larger, pods: { v1: 3 } }, first(), "nothing; Reached 0"],
    ["up: all", { ...larger, pods: { v1: 6 } }, all, "nothing; Complete 1"],
    [
      "up: batches of the full size are clipped",
      { ...larger, size: 3, batches: [2, 1] },
      all,
      "scale v1 to 3; Rolling 1",
    ],
    ["down: a batch", smaller, all, "scale v1 to 4; Rolling 1"],
    ["down: the next", { ...smaller, pods: { v1: 4 } }, all, "scale v1 to 2; Rolling 1"],
    ["down: pods end first", { ...smaller, pods: { v1: [4, 5] } }, all, "await pods of v1; Rolling 1"],
    ["down: as far as the partition lets it", { ...smaller, pods: { v1: 4 } }, first(), "nothing; Reached 0"],
    ["down: all", { ...smaller, pods: { v1: 2 } }, all, "nothing; Complete 1"],
    ["down: not without ready pods", { ...smaller, pods: { v1: [2, 1] } }, all, "await pods of v1; Rolling 1"],
    [
      "down: pods that somebody took are not waited for",
      { ...smaller, pods: { v1: 3 } },
      first(),
      "nothing; Reached 0",
    ],
    ["pods that somebody took", { ...steady, pods: { v1: 1 } }, all, "scale v1 to 2; Rolling 1"],
    ["pods that somebody added", { ...steady, pods: { v1: 3 } }, all, "scale v1 to 2; Rolling 1"],
    [
      "traffic that somebody sent away",
      { ...steady, weights: { v1: 90, v2: 10 }, subsets: ["v1", "v2"] },
      all,
      "route v1 100; Rolling 0, repairs",
    ],
  ]);
});
