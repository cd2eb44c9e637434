import type { JsonObject } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import type { Act } from "./model-state.ts";

/** What a small shop looks like; two pods of one component behind a Service where nothing else is said. */
export interface Look {
  readonly image: number;
  readonly size?: number;
  readonly batches?: readonly number[];
  readonly steps?: readonly JsonObject[];
  readonly pin?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly hasGateway?: boolean;
  readonly hasTrait?: boolean;
  readonly hasService?: boolean;
}

function shop({
  image,
  size = 2,
  batches = [size],
  steps,
  pin,
  annotations = {},
  hasGateway = false,
  hasTrait = true,
  hasService = true,
}: Look): KubeObject {
  const rollout = {
    targetSize: size,
    rolloutBatches: batches.map((replicas) => ({ replicas })),
    ...(pin === undefined ? {} : { targetRevision: pin }),
  };
  const gateway = hasGateway ? [{ type: "istio-gateway", properties: { hosts: ["shop.example.com"], port: 80 } }] : [];
  const traits = [
    ...(hasService ? [{ type: "expose", properties: { port: [80] } }] : []),
    ...gateway,
    ...(hasTrait ? [{ type: "rollout", properties: rollout }] : []),
  ];
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

export const canaryStep = (batchPartition: number, weights: Readonly<Record<string, number>>): JsonObject => ({
  name: `batch-${batchPartition}`,
  type: "canary-rollout",
  properties: {
    batchPartition,
    traffic: { weightedTargets: Object.entries(weights).map(([revision, weight]) => ({ revision, weight })) },
  },
});
export const pause: JsonObject = { name: "approval", type: "suspend" };
export const last = { ...canaryStep(0, { "web-v2": 100 }), name: "last" };
export const canarySteps = (next: string, old: string): readonly JsonObject[] => [
  canaryStep(0, { [old]: 75, [next]: 25 }),
  pause,
  canaryStep(1, { [next]: 100 }),
];
/** A canary that is taken back where a step is not in time. */
export const impatient = (step: string): readonly JsonObject[] => [
  ...canarySteps("web-v2", "web-v1").map((each) => ({ ...each, timeout: "1h" })),
  { name: "undo", type: "canary-rollback", if: `status["${step}"].timeout`, properties: { rollbackVersion: "web-v1" } },
];

export const apply = (look: Look): Act => ({ apply: shop(look) });
export const first = apply({ image: 1 });
export const canary = apply({ image: 2, batches: [1, 1], steps: canarySteps("web-v2", "web-v1") });
export const resume: Act = { command: "resume" };
export const restart: Act = { command: "restart" };
