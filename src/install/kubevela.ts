import type { JsonObject } from "../model/json.ts";

interface Definition {
  readonly version: string;
  readonly shortNames: readonly string[];
  readonly categories?: readonly string[];
  readonly scope?: "Namespaced" | "Cluster";
  readonly columns?: readonly JsonObject[];
  /** What KubeVela requires of them; all else is left open. */
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
}

/** An object with these members, each of which is required unless it is named in `optional`, and any other. */
const open = (members: JsonObject = {}, optional: JsonObject = {}): JsonObject => ({
  type: "object",
  "x-kubernetes-preserve-unknown-fields": true,
  properties: { ...members, ...optional },
  ...(Object.keys(members).length > 0 ? { required: Object.keys(members) } : {}),
});
const each = (items: JsonObject): JsonObject => ({ type: "array", items });
const text: JsonObject = { type: "string" };
const flag: JsonObject = { type: "boolean" };
const count: JsonObject = { type: "integer", format: "int64" };

const run = { mode: text, suspend: flag, terminated: flag, finished: flag };

const applicationSpec = open(
  { components: each(open({ name: text, type: text }, { traits: each(open({ type: text })) })) },
  { policies: each(open({ type: text })), workflow: open({}, { steps: each(open({ type: text })) }) },
);

const applicationStatus = open(
  {},
  {
    workflow: open(run, { appRevision: text, steps: each(open({ id: text })) }),
    services: each(open({ name: text, healthy: flag })),
    latestRevision: open({ name: text, revision: count }),
    observedGeneration: count,
  },
);

/**
 * KubeVela's kinds, for where KubeVela is not installed: what it requires is required, so that webhooks and commands find what
 * they expect, and everything that it accepts is accepted. What an Application may be is said by the webhook.
 */
export const kubevelaKinds: readonly JsonObject[] = [
  definition("Application", "applications", {
    version: "v1beta1",
    shortNames: ["app", "velaapp"],
    categories: ["oam"],
    columns: [
      { name: "Component", type: "string", jsonPath: ".spec.components[*].name" },
      { name: "Type", type: "string", jsonPath: ".spec.components[*].type" },
      { name: "Phase", type: "string", jsonPath: ".status.status" },
      { name: "Healthy", type: "boolean", jsonPath: ".status.services[*].healthy" },
      { name: "Status", type: "string", jsonPath: ".status.services[*].message" },
      { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
    ],
    spec: applicationSpec,
    status: applicationStatus,
  }),
  definition("ApplicationRevision", "applicationrevisions", {
    version: "v1beta1",
    shortNames: ["apprev"],
    categories: ["oam"],
    columns: [
      { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
      {
        name: "Publish_Version",
        type: "string",
        jsonPath: ".metadata.annotations['app\\.oam\\.dev\\/publishVersion']",
      },
      { name: "Succeeded", type: "string", jsonPath: ".status.succeeded" },
    ],
    spec: open({ application: open() }),
    status: open({ succeeded: flag }),
  }),
  definition("ResourceTracker", "resourcetrackers", {
    version: "v1beta1",
    shortNames: ["rt"],
    scope: "Cluster",
    spec: open({ applicationGeneration: count }),
  }),
  definition("WorkflowRun", "workflowruns", { version: "v1alpha1", shortNames: ["wr"], categories: ["oam"] }),
];

function definition(kind: string, plural: string, more: Definition): JsonObject {
  const {
    version,
    shortNames,
    categories = [],
    scope = "Namespaced",
    columns = [],
    spec = open(),
    status = open(),
  } = more;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.core.oam.dev` },
    spec: {
      group: "core.oam.dev",
      scope,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), shortNames, categories },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          ...(columns.length > 0 ? { additionalPrinterColumns: columns } : {}),
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: { apiVersion: text, kind: text, metadata: { type: "object" }, spec, status },
            },
          },
        },
      ],
    },
  };
}
