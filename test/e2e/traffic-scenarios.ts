import type { Weights } from "./bed/proxies.ts";
import type { Measure } from "./probe.ts";
import type { Scene } from "./scene.ts";
import { asked, reviewsOf, superseding } from "./shop.ts";

/** What is done while calls go through. */
export interface Scenario {
  /** What the manifests ask for at each point at which the shares are measured. */
  readonly planned: readonly Weights[];
  /** What may be routed meanwhile without being measured. */
  readonly passing?: readonly Weights[];
  /** Measures each of what is planned, in this order. */
  play(scene: Scene, measure: Measure): Promise<void>;
}

/** The weights of the canary's workflow as its manifest has them; nothing of what is tested has a say in it. */
const weightsOf = (change?: (text: string) => string): readonly [Weights, Weights] => {
  const [part, whole, ...more] = asked(reviewsOf("shop", "bookinfo-canary", change));
  if (!part || !whole || more.length > 0) throw new Error("the canary has two steps with weights");
  return [part, whole];
};
const stable: Weights = { "reviews-v1": 100 };
const [part, whole] = weightsOf();
const [otherPart, otherWhole] = weightsOf(superseding);

/** From v1 alone to the pause, measured at both. */
async function toPause(scene: Scene, measure: Measure): Promise<void> {
  await measure(stable);
  await scene.canary();
  await scene.untilPause();
  await measure(part);
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  "upgrade-and-resume": {
    planned: [stable, part, whole],
    play: async (scene, measure) => {
      await toPause(scene, measure);
      await scene.resume();
      await scene.untilAlone("reviews-v2");
      await measure(whole);
    },
  },
  rollback: {
    planned: [stable, part, stable],
    play: async (scene, measure) => {
      await toPause(scene, measure);
      await scene.back();
      await scene.untilAlone("reviews-v1");
      await measure(stable);
    },
  },
  "edit-in-mid-rollout": {
    planned: [otherPart, otherWhole],
    passing: [stable, part],
    play: async (scene, measure) => {
      await scene.canary();
      await scene.untilWeighted("reviews-v2");
      await scene.supersede();
      await scene.untilPause();
      await measure(otherPart);
      await scene.resume();
      await scene.untilAlone("reviews-v3");
      await measure(otherWhole);
    },
  },
  scaling: {
    planned: [stable, stable],
    play: async (scene, measure) => {
      await scene.scale(6, [2, 2]);
      await scene.untilPods(6);
      await scene.untilAlone("reviews-v1");
      await measure(stable);
      await scene.scale(2, [4]);
      await scene.untilPods(2);
      await scene.untilAlone("reviews-v1");
      await measure(stable);
    },
  },
  "deletion-by-hand": {
    planned: [stable, part, part, part, part, whole],
    play: async (scene, measure) => {
      await toPause(scene, measure);
      await scene.deleteByHand("DestinationRule", "reviews", ["routed subset exists"]);
      await measure(part);
      await scene.deleteByHand("VirtualService", "reviews", []);
      await scene.deleteByHand("VirtualService", "reviews-gateway", []);
      await scene.deleteByHand("ComponentRollout", "reviews", []);
      await measure(part);
      await scene.deleteByHand("Deployment", "reviews-v1", ["revision with weight stays"], "--cascade=orphan");
      await measure(part);
      await scene.resume();
      await scene.untilAlone("reviews-v2");
      await measure(whole);
    },
  },
  "istiod-restart": {
    planned: [part, whole],
    passing: [stable],
    play: async (scene, measure) => {
      await scene.canary();
      await scene.untilWeighted("reviews-v2");
      await scene.bed.servers.istiod.restart();
      await scene.untilPause();
      await measure(part);
      await scene.resume();
      await scene.bed.servers.istiod.restart();
      await scene.untilAlone("reviews-v2");
      await measure(whole);
    },
  },
};
