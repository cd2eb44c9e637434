import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addresses, apiServerUrl, ports, ranges } from "./addresses.ts";
import { isOk } from "./ask.ts";
import type { Binaries } from "./binaries.ts";
import type { BedCertificates } from "./certificates.ts";
import type { Network } from "./network.ts";
import type { Running } from "./processes.ts";

/** Static tokens spare the client certificates. `dev` may nothing that no role grants. */
export const tokens = { admin: "admin-token", dev: "dev-token" } as const;
export type User = keyof typeof tokens;

export interface ControlPlane {
  readonly etcd: Running;
  readonly apiServer: Running;
  readonly controllerManager: Running;
}

export interface ControlPlaneOptions {
  readonly folder: string;
  readonly binaries: Binaries;
  readonly certificates: BedCertificates;
  /** Whose requests are written to audit.log, with bodies. All of them would be mostly the controllers'. */
  readonly auditUsers: readonly string[];
}

/** A kubeconfig is YAML, and so JSON will do. */
export function kubeconfig(file: string, name: string, token: string, ca: string): string {
  const certificate = Buffer.from(ca).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "bed", cluster: { server: apiServerUrl, "certificate-authority-data": certificate } }],
    users: [{ name, user: { token } }],
    contexts: [{ name: "bed", context: { cluster: "bed", user: name, namespace: "default" } }],
    "current-context": "bed",
  };
  writeFileSync(file, JSON.stringify(config, null, 2), { mode: 0o600 });
  return file;
}

const controllers = [
  "deployment-controller",
  "replicaset-controller",
  "statefulset-controller",
  "daemonset-controller",
  "job-controller",
  "cronjob-controller",
  "endpoints-controller",
  "endpointslice-controller",
  "garbage-collector-controller",
  "namespace-controller",
  "serviceaccount-controller",
  "root-ca-certificate-publisher-controller",
  "horizontal-pod-autoscaler-controller",
  "disruption-controller",
  "resourcequota-controller",
];

interface Files {
  readonly tokens: string;
  readonly audit: string;
  readonly auditLog: string;
  readonly key: string;
  readonly publicKey: string;
}

function writeFiles({ folder, auditUsers }: ControlPlaneOptions): Files {
  mkdirSync(folder, { recursive: true });
  const file = (name: string) => join(folder, name);
  const rows = [`${tokens.admin},admin,admin,system:masters`, `${tokens.dev},dev,dev`];
  writeFileSync(file("tokens.csv"), `${rows.join("\n")}\n`, { mode: 0o600 });
  const watched = auditUsers.length === 0 ? [] : [{ level: "RequestResponse", users: auditUsers }];
  const policy = { apiVersion: "audit.k8s.io/v1", kind: "Policy", rules: [...watched, { level: "None" }] };
  writeFileSync(file("audit.json"), JSON.stringify({ ...policy, omitStages: ["RequestReceived"] }));
  const pair = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  writeFileSync(file("accounts.key"), pair.privateKey, { mode: 0o600 });
  writeFileSync(file("accounts.pub"), pair.publicKey);
  return {
    tokens: file("tokens.csv"),
    audit: file("audit.json"),
    auditLog: file("audit.log"),
    key: file("accounts.key"),
    publicKey: file("accounts.pub"),
  };
}

const etcdUrl = "http://127.0.0.1:2379";
const etcdPeer = "http://127.0.0.1:2380";

const etcdCommand = (binary: string, folder: string): string[] => [
  binary,
  "--name=bed",
  `--data-dir=${join(folder, "etcd")}`,
  "--unsafe-no-fsync",
  "--log-level=warn",
  `--listen-client-urls=${etcdUrl}`,
  `--advertise-client-urls=${etcdUrl}`,
  `--listen-peer-urls=${etcdPeer}`,
  `--initial-advertise-peer-urls=${etcdPeer}`,
  `--initial-cluster=bed=${etcdPeer}`,
];

const apiServerCommand = (binary: string, certificates: BedCertificates, files: Files): string[] => [
  binary,
  `--etcd-servers=${etcdUrl}`,
  `--bind-address=${addresses.apiServer}`,
  `--advertise-address=${addresses.apiServer}`,
  `--secure-port=${ports.apiServer}`,
  `--service-cluster-ip-range=${ranges.services}`,
  "--authorization-mode=RBAC",
  "--allow-privileged=true",
  // Stricter than the default: who names an owner that waits for what it owns must have the right to do so.
  "--enable-admission-plugins=OwnerReferencesPermissionEnforcement",
  `--tls-cert-file=${certificates.files.cert}`,
  `--tls-private-key-file=${certificates.files.key}`,
  `--token-auth-file=${files.tokens}`,
  "--service-account-issuer=https://kubernetes.default.svc",
  `--service-account-key-file=${files.publicKey}`,
  `--service-account-signing-key-file=${files.key}`,
  // Webhooks named by a Service are then reached at its endpoints: there is no kube-proxy.
  "--enable-aggregator-routing=true",
  `--audit-policy-file=${files.audit}`,
  `--audit-log-path=${files.auditLog}`,
  "--audit-log-mode=blocking",
];

const managerCommand = (binary: string, config: string, ca: string, files: Files): string[] => [
  binary,
  `--kubeconfig=${config}`,
  "--secure-port=0",
  "--leader-elect=false",
  `--root-ca-file=${ca}`,
  `--service-account-private-key-file=${files.key}`,
  `--controllers=${controllers.join(",")}`,
  // Tests side by side make many pods at once.
  "--kube-api-qps=200",
  "--kube-api-burst=400",
];

export const apiServerIsReady = (network: Network, ca: string): Promise<boolean> =>
  isOk(network, `${apiServerUrl}/readyz`, { ca, headers: { authorization: `Bearer ${tokens.admin}` } });

/** Starts the three, and returns once the API server is ready and has the namespace `default`. */
export async function startControlPlane(network: Network, options: ControlPlaneOptions): Promise<ControlPlane> {
  const { folder, binaries, certificates } = options;
  const { path } = binaries;
  const files = writeFiles(options);
  const etcd = network.start({ name: "etcd", command: etcdCommand(path.etcd, folder) });
  const apiServer = network.start({
    name: "kube-apiserver",
    command: apiServerCommand(path["kube-apiserver"], certificates, files),
  });
  await apiServer.ready(() => apiServerIsReady(network, certificates.ca));
  const config = kubeconfig(join(folder, "manager.kubeconfig"), "admin", tokens.admin, certificates.ca);
  const controllerManager = network.start({
    name: "kube-controller-manager",
    command: managerCommand(path["kube-controller-manager"], config, certificates.files.ca, files),
  });
  const headers = { authorization: `Bearer ${tokens.admin}` };
  await apiServer.ready(() =>
    isOk(network, `${apiServerUrl}/api/v1/namespaces/default`, { ca: certificates.ca, headers }),
  );
  return { etcd, apiServer, controllerManager };
}
