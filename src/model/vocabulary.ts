import type { Shape } from "./shape.ts";
import { flag, integer, list, map, object, text } from "./shapes.ts";

/**
 * The closed vocabulary: every component type, trait and workflow step with its parameters.
 * Source: kubevela/kubevela vela-templates/definitions/internal/{component,trait}/*.cue and
 * kubevela/catalog addons/rollout, experimental/addons/{istio,canary-rollout-istio}.
 */

const reference = object({ "name!": text(), "key!": text() });
const env = list(
  object({
    "name!": text(),
    value: text({ default: "" }),
    valueFrom: object({
      secretKeyRef: reference,
      configMapKeyRef: reference,
      fieldRef: object({ "fieldPath!": text() }),
    }),
  }),
);
const probe = object({
  exec: object({ "command!": list(text()) }),
  httpGet: object({
    "path!": text(),
    "port!": integer(),
    host: text(),
    scheme: text({ default: "HTTP" }),
    httpHeaders: list(object({ "name!": text(), "value!": text() })),
  }),
  tcpSocket: object({ "port!": integer() }),
  initialDelaySeconds: integer({ default: 0 }),
  periodSeconds: integer({ default: 10 }),
  timeoutSeconds: integer({ default: 1 }),
  successThreshold: integer({ default: 1 }),
  failureThreshold: integer({ default: 3 }),
});
const items = list(object({ "key!": text(), "path!": text(), mode: integer({ default: 511 }) }));
const mount = { "name!": text(), "mountPath!": text(), subPath: text({ default: "" }) };
const volumeMounts = object({
  pvc: list(object({ ...mount, "claimName!": text() })),
  configMap: list(object({ ...mount, "cmName!": text(), defaultMode: integer({ default: 420 }), items })),
  secret: list(object({ ...mount, "secretName!": text(), defaultMode: integer({ default: 420 }), items })),
  emptyDir: list(object({ ...mount, medium: text({ oneOf: ["", "Memory"], default: "" }) })),
});
/** What a volume of each type needs beyond its name and mount path is the business of a rule. */
const volumes = list(
  object({
    ...mount,
    type: text({ oneOf: ["emptyDir", "pvc", "configMap", "secret"], default: "emptyDir" }),
    claimName: text(),
    cmName: text(),
    secretName: text(),
    defaultMode: integer({ default: 420 }),
    items,
    medium: text({ oneOf: ["", "Memory"], default: "" }),
  }),
);

const container = {
  "image!": text(),
  imagePullPolicy: text({ oneOf: ["Always", "Never", "IfNotPresent"] }),
  imagePullSecrets: list(text()),
  cmd: list(text()),
  env,
  cpu: text(),
  memory: text(),
  volumes,
  livenessProbe: probe,
  readinessProbe: probe,
};
const podMetadata = { labels: map(text()), annotations: map(text()) };
const limit = object({ cpu: text(), memory: text() });
const hostAliases = list(object({ "ip!": text(), "hostnames!": list(text()) }));
const protocol = text({ oneOf: ["TCP", "UDP", "SCTP"], default: "TCP" });
const job = {
  ...container,
  ...podMetadata,
  count: integer({ default: 1, min: 0 }),
  restart: text({ oneOf: ["Never", "OnFailure"], default: "Never" }),
};

export const componentTypes: Readonly<Record<string, Shape>> = {
  webservice: object({
    ...container,
    ...podMetadata,
    args: list(text()),
    limit,
    volumeMounts,
    hostAliases,
    port: integer(),
    ports: list(
      object({
        "port!": integer(),
        containerPort: integer(),
        name: text(),
        protocol,
        expose: flag(false),
        nodePort: integer(),
      }),
    ),
    exposeType: text({ oneOf: ["ClusterIP", "NodePort", "LoadBalancer"], default: "ClusterIP" }),
    addRevisionLabel: flag(false),
  }),
  worker: object({ ...container, volumeMounts }),
  task: object(job),
  "cron-task": object({
    ...job,
    "schedule!": text(),
    volumeMounts,
    hostAliases,
    startingDeadlineSeconds: integer({ min: 0 }),
    suspend: flag(false),
    concurrencyPolicy: text({ oneOf: ["Allow", "Forbid", "Replace"], default: "Allow" }),
    successfulJobsHistoryLimit: integer({ default: 3, min: 0 }),
    failedJobsHistoryLimit: integer({ default: 1, min: 0 }),
    ttlSecondsAfterFinished: integer({ min: 0 }),
    activeDeadlineSeconds: integer({ min: 0 }),
    backoffLimit: integer({ default: 6, min: 0 }),
  }),
};

const metric = object({
  type: text({ oneOf: ["Utilization", "AverageValue"], default: "Utilization" }),
  value: integer({ default: 50, min: 1 }),
});
const scaling = {
  min: integer({ default: 1, min: 1 }),
  max: integer({ default: 10, min: 1 }),
  targetAPIVersion: text({ oneOf: ["apps/v1"], default: "apps/v1" }),
  targetKind: text({ oneOf: ["Deployment"], default: "Deployment" }),
};

export const sidecarShape = object({
  "name!": text(),
  "image!": text(),
  cmd: list(text()),
  args: list(text()),
  env,
  volumes: list(object({ "name!": text(), "path!": text() })),
  livenessProbe: probe,
  readinessProbe: probe,
});

export const traitTypes: Readonly<Record<string, Shape>> = {
  expose: object({
    port: list(integer()),
    ports: list(object({ "port!": integer(), name: text(), protocol, nodePort: integer() })),
    annotations: map(text()),
    matchLabels: map(text()),
    type: text({ oneOf: ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"], default: "ClusterIP" }),
  }),
  rollout: object({
    targetRevision: text(),
    "targetSize!": integer({ min: 0 }),
    rolloutBatches: list(object({ "replicas!": integer({ min: 0 }) })),
    batchPartition: integer({ min: 0 }),
  }),
  "istio-gateway": object({
    "hosts!": list(text()),
    gateway: text({ default: "ingressgateway" }),
    match: list(object({ exact: text(), prefix: text() })),
    "port!": integer(),
  }),
  "canary-traffic": object({ "port!": list(integer()) }),
  scaler: object({ replicas: integer({ default: 1, min: 0 }) }),
  labels: map(text({ nullable: true })),
  annotations: map(text({ nullable: true })),
  sidecar: sidecarShape,
  hpa: object({
    ...scaling,
    cpu: metric,
    mem: metric,
    podCustomMetrics: list(object({ "name!": text(), "value!": text() })),
  }),
  cpuscaler: object({ ...scaling, cpuUtil: integer({ default: 50, min: 1 }) }),
};

export const stepTypes: Readonly<Record<string, Shape>> = {
  "canary-rollout": object({
    "batchPartition!": integer({ min: 0 }),
    "traffic!": object({
      "weightedTargets!": list(object({ "revision!": text(), "weight!": integer({ min: 0, max: 100 }) })),
    }),
  }),
  "canary-rollback": object({ "rollbackVersion!": text() }),
  suspend: object({ duration: text(), message: text() }),
  "apply-component": object({ "component!": text() }),
  "step-group": object({}),
};

/** Traits that set the number of replicas. */
export const scalingTraits: readonly string[] = ["scaler", "hpa", "cpuscaler"];

/** Component types that run as a Deployment. */
export const deploymentTypes: readonly string[] = ["webservice", "worker"];

export const policyTypesWithoutEffect: readonly string[] = ["apply-once", "garbage-collect", "health"];
