import type { JsonObject } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import type { Act, SmallWorld } from "./model-state.ts";

interface Look {
  readonly image: number;
  readonly size?: number;
  readonly batches?: readonly number[];
  readonly steps?: readonly JsonObject[];
  readonly pin?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly hasGateway?: boolean;
}

function shop({
  image,
  size = 2,
  batches = [size],
  steps,
  pin,
  annotations = {},
  hasGateway = false,
}: Look): KubeObject {
  const rollout = {
    targetSize: size,
    rolloutBatches: batches.map((replicas) => ({ replicas })),
    ...(pin === undefined ? {} : { targetRevision: pin }),
  };
  const gateway = hasGateway ? [{ type: "istio-gateway", properties: { hosts: ["shop.example.com"], port: 80 } }] : [];
  const traits = [{ type: "expose", properties: { port: [80] } }, ...gateway, { type: "rollout", properties: rollout }];
  const web = {
    name: "web",
    type: "webservice",
    properties: { image: `registry.example.com/web:${image}`, port: 80 },
    traits,
  };
  return {
    apiVersion: "core.oam.dev/v1beta1",
    kind: "Application",
    metadata: { name: "shop", namespace: "default", annotations },
    spec: { components: [web], ...(steps ? { workflow: { steps } } : {}) },
  };
}

const canaryStep = (batchPartition: number, weights: Readonly<Record<string, number>>): JsonObject => ({
  name: `batch-${batchPartition}`,
  type: "canary-rollout",
  properties: {
    batchPartition,
    traffic: { weightedTargets: Object.entries(weights).map(([revision, weight]) => ({ revision, weight })) },
  },
});
const pause: JsonObject = { name: "approval", type: "suspend" };
const last = { ...canaryStep(0, { "web-v2": 100 }), name: "last" };
const canarySteps = (next: string, old: string): readonly JsonObject[] => [
  canaryStep(0, { [old]: 75, [next]: 25 }),
  pause,
  canaryStep(1, { [next]: 100 }),
];

const apply = (look: Look): Act => ({ apply: shop(look) });
const first = apply({ image: 1 });
const canary = apply({ image: 2, batches: [1, 1], steps: canarySteps("web-v2", "web-v1") });
const resume: Act = { command: "resume" };
const restart: Act = { command: "restart" };

/** Worlds that are explored completely: each script at any speed, with pods and a controller that may die. */
export const smallWorlds: readonly SmallWorld[] = [
  { name: "first deployment", acts: [apply({ image: 1, batches: [1, 1] })], deaths: 1, crashes: 1 },
  { name: "canary with approval", acts: [first, canary, resume], deaths: 0, crashes: 1 },
  { name: "canary pods die", acts: [first, canary, resume], deaths: 1, crashes: 0 },
  { name: "rollback by a pin", acts: [first, canary, apply({ image: 2, pin: "web-v1" })], deaths: 0, crashes: 1 },
  {
    name: "superseded",
    acts: [first, canary, apply({ image: 3, batches: [1, 1], steps: canarySteps("web-v3", "web-v1") }), resume],
    deaths: 0,
    crashes: 0,
  },
  {
    name: "plain update behind a gateway",
    acts: [apply({ image: 1, hasGateway: true }), apply({ image: 2, batches: [1, 1], hasGateway: true })],
    deaths: 1,
    crashes: 0,
  },
  {
    name: "content flipped back",
    acts: [apply({ image: 1, size: 1 }), apply({ image: 2, size: 1 }), apply({ image: 1, size: 1 })],
    deaths: 0,
    crashes: 1,
  },
  {
    name: "scaled down",
    acts: [apply({ image: 1, size: 3 }), apply({ image: 1, size: 1, batches: [1, 1] })],
    deaths: 0,
    crashes: 1,
  },
  {
    name: "scaled up and down",
    acts: [first, apply({ image: 1, size: 3, batches: [1] }), apply({ image: 1, size: 1, batches: [1, 1] })],
    deaths: 0,
    crashes: 1,
  },
  {
    name: "suspended, terminated, restarted",
    acts: [first, canary, { command: "suspend" }, resume, { command: "terminate" }, restart],
    deaths: 0,
    crashes: 0,
  },
  {
    name: "all pods before all traffic, restarted",
    acts: [first, apply({ image: 2, steps: [canaryStep(0, { "web-v1": 75, "web-v2": 25 }), last] }), restart],
    deaths: 0,
    crashes: 1,
  },
  { name: "never ready", acts: [first, canary], deaths: 0, crashes: 1, failing: ["web-v2"] },
  {
    name: "never ready, and back by itself",
    acts: [
      apply({ image: 1, annotations: { "rollguard.dev/on-failure": "rollback" } }),
      apply({ image: 2, batches: [1, 1], annotations: { "rollguard.dev/on-failure": "rollback" } }),
    ],
    deaths: 0,
    crashes: 1,
    failing: ["web-v2"],
  },
  {
    name: "never ready, back by itself, restarted",
    acts: [
      apply({ image: 1, annotations: { "rollguard.dev/on-failure": "rollback" } }),
      apply({ image: 2, batches: [1, 1], annotations: { "rollguard.dev/on-failure": "rollback" } }),
      restart,
    ],
    deaths: 0,
    crashes: 1,
    failing: ["web-v2"],
  },
  {
    name: "subsets deleted by hand",
    acts: [first, canary, { delete: "DestinationRule/default/web" }, resume],
    deaths: 0,
    crashes: 0,
  },
  {
    name: "route deleted by hand",
    acts: [first, canary, { delete: "VirtualService/default/web" }, resume],
    deaths: 0,
    crashes: 0,
  },
];

/** Larger ones, explored as far as the time allows. */
export const largerWorlds: readonly SmallWorld[] = [
  { name: "canary with approval, everything dies", acts: [first, canary, resume], deaths: 2, crashes: 2 },
  {
    name: "superseded, with deaths",
    acts: [first, canary, apply({ image: 3, batches: [1, 1], steps: canarySteps("web-v3", "web-v1") }), resume],
    deaths: 1,
    crashes: 1,
  },
  {
    name: "three pods, three batches",
    acts: [
      apply({ image: 1, size: 3 }),
      apply({ image: 2, size: 3, batches: [1, 1, 1], hasGateway: true }),
      apply({ image: 1, size: 3 }),
    ],
    deaths: 1,
    crashes: 1,
  },
  {
    name: "rollback by a pin, with deaths",
    acts: [first, canary, apply({ image: 2, pin: "web-v1" })],
    deaths: 2,
    crashes: 1,
  },
  {
    name: "scaled up and down, and pods die",
    acts: [first, apply({ image: 1, size: 3, batches: [1] }), apply({ image: 1, size: 1, batches: [1, 1] })],
    deaths: 1,
    crashes: 1,
  },
];
