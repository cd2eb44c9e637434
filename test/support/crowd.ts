import { rolledOut } from "../../src/model/history.ts";
import { type KubeObject, kindOf, type World, worldOf } from "../../src/model/world.ts";
import { baseWorld, example } from "./cases.ts";
import { reviewOf } from "./review.ts";

/** An update of so many canary components at once, each with two canary steps, and the world in which it is sent. */
export function crowdUpdate(count: number): { readonly text: string; readonly world: World } {
  const names = Array.from({ length: count }, (_, i) => `c${i}`);
  const before = { ...example("bookinfo"), spec: { components: names.map((name) => component(name, "1")) } };
  const steps = names.flatMap((name) => [
    step(name, 0, { [`${name}-v1`]: 90, [`${name}-v2`]: 10 }),
    step(name, 1, { [`${name}-v2`]: 100 }),
  ]);
  const after = { ...before, spec: { components: names.map((name) => component(name, "2")), workflow: { steps } } };
  const history = rolledOut([before]);
  const live = history.find((object) => kindOf(object) === "Application");
  return { text: JSON.stringify(reviewOf(after, live)), world: worldOf([...baseWorld, ...history]) };
}

const component = (name: string, version: string): KubeObject => ({
  name,
  type: "webservice",
  properties: { image: `docker.io/example/${name}:${version}`, port: 80 },
  traits: [
    { type: "expose", properties: { port: [80] } },
    { type: "rollout", properties: { targetSize: 10, rolloutBatches: [{ replicas: 1 }, { replicas: 9 }] } },
  ],
});

const step = (name: string, batchPartition: number, weights: Readonly<Record<string, number>>): KubeObject => ({
  name: `${name}-${batchPartition}`,
  type: "canary-rollout",
  properties: {
    batchPartition,
    traffic: { weightedTargets: Object.entries(weights).map(([revision, weight]) => ({ revision, weight })) },
  },
});
