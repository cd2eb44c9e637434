import { expect } from "chai";
import type { ResourceKind } from "../../src/cluster/resources.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { breachesOf, type Excuse } from "./invariants.ts";
import type { Stored } from "./replay.ts";

const namespace = "n";
const labels = { "app.oam.dev/component": "reviews", "kubernetes.io/service-name": "reviews" };
let revisions = 0;

/** One revision a second. */
function stored(kind: ResourceKind, name: string, more: object, isDeleted = false): Stored {
  const revision = ++revisions;
  const object = { kind, metadata: { name, namespace, uid: name, labels }, ...more } as KubeObject;
  return { revision, at: revision * 1_000, kind, isDeleted, object };
}

const app = (targetSize: number) =>
  stored("Application", "shop", {
    spec: { components: [{ name: "reviews", traits: [{ type: "rollout", properties: { targetSize } }] }] },
  });
const deployment = (revision: string, replicas: number) => stored("Deployment", revision, { spec: { replicas } });
const pod = (name: string, revision: string) =>
  stored("Pod", name, { metadata: { name, namespace, uid: name, labels: { "app.oam.dev/revision": revision } } });
const endpoints = (...pods: readonly string[]) =>
  stored("EndpointSlice", "reviews-x", {
    endpoints: pods.map((uid) => ({ targetRef: { uid }, conditions: { ready: true } })),
  });
const subsets = (...names: readonly string[]) =>
  stored("DestinationRule", "reviews", { spec: { subsets: names.map((name) => ({ name })) } });
const route = (weights: Readonly<Record<string, number>>) =>
  stored("VirtualService", "reviews", {
    spec: {
      http: [{ route: Object.entries(weights).map(([subset, weight]) => ({ destination: { subset }, weight })) }],
    },
  });

/** Two pods of v1 have all, and the first one of v2 is ready. */
const begun = () => [
  app(2),
  deployment("v1", 2),
  ...["a", "b"].map((name) => pod(name, "v1")),
  endpoints("a", "b"),
  subsets("v1"),
  route({ v1: 100 }),
  deployment("v2", 1),
  pod("c", "v2"),
  endpoints("a", "b", "c"),
];
const told = (history: readonly Stored[], excuses: readonly Excuse[] = []) =>
  breachesOf(history, excuses).map((breach) => breach.replace(/ \(.*/, ""));

describe("the judge of a history", () => {
  it("finds nothing in the right order", () => {
    const end = [deployment("v1", 1), endpoints("a", "c"), route({ v1: 0, v2: 100 }), deployment("v1", 0)];
    const more = [deployment("v2", 2), pod("d", "v2"), endpoints("c", "d"), subsets("v2")];
    const last = [route({ v2: 100 }), ...more];
    expect(told([...begun(), subsets("v1", "v2"), route({ v1: 90, v2: 10 }), ...end, ...last])).to.deep.equal([]);
  });

  const wrong: readonly [string, () => Stored[], string][] = [
    ["weights that do not total 100", () => [route({ v1: 90 })], "weights total 100: reviews totals 90"],
    ["a weight before the subset", () => [route({ v1: 90, v2: 10 })], "routed subset exists: v2"],
    [
      "a weight before the pod",
      () => [endpoints("a", "b"), subsets("v1", "v2"), route({ v1: 90, v2: 10 })],
      "weight has a ready pod: v2 has no pod for 10",
    ],
    ["a pruned subset", () => [subsets("v2")], "routed subset exists: v1"],
    ["a revision scaled to 0", () => [deployment("v1", 0)], "revision with weight stays: v1 is not to be, with 100"],
    [
      "a deleted revision",
      () => [stored("Deployment", "v1", {}, true)],
      "revision with weight stays: v1 is not to be, with 100",
    ],
    ["fewer pods than there were", () => [endpoints("a")], "ready pods stay: 1 ready, were 2"],
  ];
  for (const [name, events, breach] of wrong)
    it(`finds ${name}`, () => {
      expect(told([...begun(), ...events()])).to.deep.equal([`n/reviews: ${breach}`]);
    });

  it("excuses what was caused from outside, as long as that lasts, and nothing else", () => {
    const history = [...begun(), endpoints("a", "c"), endpoints("a"), endpoints("a", "b")];
    const from = (history.at(-2)?.at ?? 0) - 500;
    const excuse: Excuse = {
      cause: "a pod was killed",
      namespace,
      invariants: ["ready pods stay"],
      from,
      to: from + 5_000,
    };
    expect(told(history)).to.have.length(1);
    expect(told(history, [excuse])).to.deep.equal([]);
    expect(told(history, [{ ...excuse, to: from + 1_000 }])).to.have.length(1);
    expect(told(history, [{ ...excuse, from: from + 600 }])).to.have.length(1);
    expect(told(history, [{ ...excuse, namespace: "m" }])).to.have.length(1);
    expect(told(history, [{ ...excuse, invariants: ["weights total 100"] }])).to.have.length(1);
    expect(told(history.slice(0, -1), [excuse])).to.have.length(1);
  });

  it("asks nothing of an Application that is deleted, nor of one that is smaller now", () => {
    expect(told([...begun(), app(1), endpoints("a")])).to.deep.equal([]);
    expect(told([...begun(), stored("Application", "shop", {}, true), deployment("v1", 0), endpoints()])).to.deep.equal(
      [],
    );
  });
});
