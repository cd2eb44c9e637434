import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addresses, ports } from "./addresses.ts";
import { isOk } from "./ask.ts";
import type { BedCertificates } from "./certificates.ts";
import type { Network } from "./network.ts";
import type { Running } from "./processes.ts";

export interface IstioOptions {
  readonly folder: string;
  readonly binary: string;
  readonly kubeconfig: string;
  readonly certificates: BedCertificates;
  /** Settings of istiod, such as PILOT_DEBOUNCE_MAX. */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * The first two because Envoy lacks Istio's own extensions; the others keep istiod from certificates and webhooks, and the
 * last one shows its debug interface to who has a token of that namespace, as an operator would set it for Rollguard.
 */
const environment = {
  PILOT_ENABLE_METADATA_EXCHANGE: "false",
  PILOT_ENABLE_ALPN_FILTER: "false",
  POD_NAMESPACE: "istio-system",
  POD_NAME: "istiod",
  CLUSTER_ID: "Kubernetes",
  ENABLE_CA_SERVER: "false",
  PILOT_CERT_PROVIDER: "none",
  INJECTION_WEBHOOK_CONFIG_NAME: "",
  VALIDATION_WEBHOOK_CONFIG_NAME: "",
  DEBUG_ENDPOINT_AUTH_ALLOWED_NAMESPACES: "rollguard-system",
};

/** With automatic mutual TLS, clusters would wait for secrets that nobody issues. */
const mesh = {
  enableAutoMtls: false,
  enableTracing: false,
  ingressControllerMode: "OFF",
  enablePrometheusMerge: false,
  defaultConfig: { discoveryAddress: `${addresses.istiod}:15010` },
};

/** Istiod must be started after the definitions of Istio are established: it looks for them once. */
export async function startIstiod(network: Network, options: IstioOptions): Promise<Running> {
  const { folder, binary, kubeconfig, settings } = options;
  const { files } = options.certificates;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "mesh.json"), JSON.stringify(mesh));
  const at = (port: number) => `${addresses.istiod}:${port}`;
  const istiod = network.start({
    name: "istiod",
    bare: true,
    cwd: folder,
    env: { ...environment, HOME: folder, PATH: process.env["PATH"] ?? "", ...settings },
    command: [
      binary,
      "discovery",
      `--kubeconfig=${kubeconfig}`,
      `--meshConfig=${join(folder, "mesh.json")}`,
      `--grpcAddr=${at(15010)}`,
      "--secureGRPCAddr=",
      `--httpAddr=${at(ports.istiodHttp)}`,
      `--monitoringAddr=${at(15014)}`,
      "--ctrlz_port=0",
      `--httpsAddr=${at(15017)}`,
      `--tlsCertFile=${files.cert}`,
      `--tlsKeyFile=${files.key}`,
      `--caCertFile=${files.ca}`,
    ],
  });
  await istiod.ready(() => isOk(network, `http://${at(ports.istiodHttp)}/ready`));
  return istiod;
}

/** Pods share the network with the gateway: it listens at its own address, so that they may have the ports that it opens. */
export const gatewayAddress = {
  apiVersion: "networking.istio.io/v1alpha3",
  kind: "EnvoyFilter",
  metadata: { name: "gateway-address", namespace: "istio-system" },
  spec: {
    configPatches: [
      {
        applyTo: "LISTENER",
        match: { context: "GATEWAY" },
        patch: { operation: "MERGE", value: { address: { socket_address: { address: addresses.gateway } } } },
      },
    ],
  },
} as const;

const service = { name: "istiod", namespace: "istio-system", labels: { app: "istiod", istio: "pilot" } };
const servicePorts = [
  { name: "grpc-xds", port: 15010 },
  { name: "http-monitoring", port: 15014 },
];

/** The Service of istiod, as Istio's installation has it, and where it leads to: no pod is behind it here. */
export const istiodService = [
  { apiVersion: "v1", kind: "Service", metadata: service, spec: { ports: servicePorts } },
  {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...service, labels: { ...service.labels, "kubernetes.io/service-name": service.name } },
    addressType: "IPv4",
    endpoints: [{ addresses: [addresses.istiod], conditions: { ready: true } }],
    ports: servicePorts,
  },
] as const;

/** Istio's own validation of its objects, as its installation registers it. */
export const validation = (ca: string) => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: "istio-validator" },
  webhooks: [
    {
      name: "validation.istio.io",
      clientConfig: {
        url: `https://${addresses.istiod}:15017/validate`,
        caBundle: Buffer.from(ca).toString("base64"),
      },
      rules: [
        {
          operations: ["CREATE", "UPDATE"],
          apiGroups: ["networking.istio.io", "security.istio.io", "telemetry.istio.io", "extensions.istio.io"],
          apiVersions: ["*"],
          resources: ["*"],
        },
      ],
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
      failurePolicy: "Fail",
    },
  ],
});
