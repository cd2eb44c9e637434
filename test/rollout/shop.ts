import type { JsonObject } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import type { KubeObject } from "../../src/model/world.ts";

/** A component of the shop, as its manifest has it. */
export interface Part {
  readonly name: string;
  readonly image: number;
  readonly size: number;
  readonly batches: readonly number[];
  readonly hasService: boolean;
  readonly hasGateway: boolean;
  readonly hasTrait: boolean;
  readonly pin: string | undefined;
  readonly partition: number | undefined;
}

export function manifestOf(
  parts: readonly Part[],
  annotations: Readonly<Record<string, string>>,
  workflow: JsonObject | undefined,
): KubeObject {
  const side = { name: "side", type: "worker", properties: { image: "registry.example.com/side:1" } };
  return {
    apiVersion: "core.oam.dev/v1beta1",
    kind: "Application",
    metadata: { name: "shop", namespace: "default", annotations },
    spec: { components: [...parts.map(componentOf), side], ...(workflow ? { workflow } : {}) },
  };
}

function componentOf(part: Part): JsonObject {
  const { name, image, size, batches, pin, partition } = part;
  const rollout = {
    targetSize: size,
    rolloutBatches: batches.map((replicas) => ({ replicas })),
    ...(pin === undefined ? {} : { targetRevision: pin }),
    ...(partition === undefined ? {} : { batchPartition: partition }),
  };
  const entrance = { type: "istio-gateway", properties: { hosts: [`${name}.example.com`], port: 80 } };
  const traits = [
    ...(part.hasService ? [{ type: "expose", properties: { port: [80] } }] : []),
    ...(part.hasService && part.hasGateway ? [entrance] : []),
    ...(part.hasTrait ? [{ type: "rollout", properties: rollout }] : []),
  ];
  return { name, type: "webservice", properties: { image: `registry.example.com/${name}:${image}`, port: 80 }, traits };
}

/** What stands on the Application beside its spec. */
export interface Marks {
  readonly rollsBack: boolean;
  readonly returnsAtOnce: boolean;
  /** Undefined where every spec is in force at once. */
  readonly published?: string | undefined;
  readonly runs?: number;
}

export const annotationsOf = ({ rollsBack, returnsAtOnce, published, runs = 0 }: Marks): Record<string, string> => ({
  ...(rollsBack ? { [names.onFailure]: "rollback" } : {}),
  ...(returnsAtOnce ? { [names.returnMode]: "at-once" } : {}),
  ...(published === undefined ? {} : { [names.publishVersion]: published }),
  ...(runs === 0 ? {} : { [names.restartWorkflow]: `r${runs}` }),
});
