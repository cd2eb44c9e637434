import type { JsonObject } from "../model/json.ts";
import { labels, place } from "./place.ts";

const selector = { "app.kubernetes.io/name": place.name };

export const namespace: JsonObject = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name: place.namespace,
    labels: {
      ...labels,
      "istio-injection": "disabled",
      "pod-security.kubernetes.io/enforce": "restricted",
    },
  },
};

const probe = (path: string): JsonObject => ({ httpGet: { path, port: "http" }, periodSeconds: 5 });

/** Who we are for istiod, as every sidecar has it; read only with --istiod-namespace. */
const istioToken: JsonObject = {
  name: "istio-token",
  projected: {
    sources: [{ serviceAccountToken: { audience: "istio-ca", expirationSeconds: 3600, path: "istio-token" } }],
  },
};

const container: JsonObject = {
  name: place.name,
  image: "rollguard:0.1.0",
  args: ["serve", "--host", "0.0.0.0", "--certs-secret", place.secret],
  ports: [
    { name: "webhooks", containerPort: place.webhookPort },
    { name: "http", containerPort: place.httpPort },
  ],
  readinessProbe: probe("/readyz"),
  livenessProbe: { ...probe("/healthz"), initialDelaySeconds: 10, failureThreshold: 6 },
  resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "512Mi" } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    runAsUser: 65532,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  },
  volumeMounts: [{ name: "istio-token", mountPath: "/var/run/secrets/tokens", readOnly: true }],
};

export const workload: readonly JsonObject[] = [
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: place.name, namespace: place.namespace, labels },
    spec: { selector, ports: [{ name: "webhooks", port: 443, targetPort: "webhooks" }] },
  },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: place.name, namespace: place.namespace, labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: selector },
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: place.name,
          terminationGracePeriodSeconds: 30,
          containers: [container],
          volumes: [istioToken],
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: "kubernetes.io/hostname",
              whenUnsatisfiable: "ScheduleAnyway",
              labelSelector: { matchLabels: selector },
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: place.name, namespace: place.namespace, labels },
    spec: { maxUnavailable: 1, selector: { matchLabels: selector } },
  },
];
