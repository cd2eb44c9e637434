import type { JsonObject } from "../model/json.ts";

const text = (description: string): JsonObject => ({ type: "string", description });
const count = (description: string, minimum = 0): JsonObject => ({ type: "integer", minimum, description });

const columns: readonly JsonObject[] = [
  {
    name: "Stable",
    type: "string",
    jsonPath: ".status.stable",
    description: "revision that was rolled out completely last",
  },
  { name: "Target", type: "string", jsonPath: ".status.target", description: "revision that is rolled out" },
  { name: "Batch", type: "integer", jsonPath: ".status.batch", description: "batch that began last, from 0" },
  { name: "Weight", type: "integer", jsonPath: ".status.weight", description: "percent of the traffic for the target" },
  { name: "Phase", type: "string", jsonPath: ".status.phase" },
  { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
];

/** The kind in which Rollguard keeps where the rollout of a component stands. */
export const componentRollouts: JsonObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "componentrollouts.rollguard.dev" },
  spec: {
    group: "rollguard.dev",
    scope: "Namespaced",
    names: {
      kind: "ComponentRollout",
      listKind: "ComponentRolloutList",
      plural: "componentrollouts",
      singular: "componentrollout",
      shortNames: ["crollout"],
      categories: ["oam", "rollguard"],
    },
    versions: [
      {
        name: "v1alpha1",
        served: true,
        storage: true,
        additionalPrinterColumns: columns,
        schema: {
          openAPIV3Schema: {
            description: "Where the rollout of one component of an Application stands. Written by Rollguard alone.",
            type: "object",
            properties: {
              apiVersion: { type: "string" },
              kind: { type: "string" },
              metadata: { type: "object" },
              status: {
                type: "object",
                properties: {
                  stable: text("The revision that was rolled out completely last."),
                  target: text("The revision that is rolled out."),
                  phase: {
                    type: "string",
                    enum: ["Pending", "Rolling", "Returning", "Waiting", "Stable", "Stalled", "Failed"],
                  },
                  batch: count("The batch that began last, from 0; -1 before the first.", -1),
                  batches: count("How many there are."),
                  weight: { ...count("Percent of the traffic for the target."), maximum: 100 },
                  size: count("Pods when the component was complete last."),
                  failed: text("A revision whose pods made no progress."),
                },
              },
            },
          },
        },
      },
    ],
  },
};
