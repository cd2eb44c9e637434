import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { place } from "../../src/install/place.ts";
import { addresses } from "./bed/addresses.ts";
import type { Answer } from "./bed/ask.ts";
import type { Bed } from "./bed/bed.ts";
import { sourceRoot } from "./bed/cache.ts";
import type { Running } from "./bed/processes.ts";

export const program = join(sourceRoot, "dist/rollguard.js");

/** Where its pods would be: the Service leads to the process that stands for them. */
const endpoint = {
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: {
    name: "rollguard-process",
    namespace: place.namespace,
    labels: { "kubernetes.io/service-name": place.name },
  },
  addressType: "IPv4",
  endpoints: [{ addresses: [addresses.rollguard], conditions: { ready: true } }],
  ports: [{ name: "webhooks", port: place.webhookPort, protocol: "TCP" }],
};

const ofKind = (kind: string, patch: readonly object[]) => ({
  target: { kind, name: place.name },
  patch: JSON.stringify(patch),
});

/** The manifests as they are shipped; only the pods are none, since nothing here runs an image. */
const overlay = {
  apiVersion: "kustomize.config.k8s.io/v1beta1",
  kind: "Kustomization",
  resources: ["../base", "endpoint.json"],
  patches: [
    ofKind("Deployment", [{ op: "replace", path: "/spec/replicas", value: 0 }]),
    ofKind("Service", [{ op: "remove", path: "/spec/selector" }]),
  ],
};

const overlayIn = (bed: Bed): string => join(bed.folder, "install", "bed");

function writeOverlay(bed: Bed): void {
  const folder = overlayIn(bed);
  mkdirSync(folder, { recursive: true });
  cpSync(join(sourceRoot, "manifests/install"), join(folder, "../base"), { recursive: true });
  writeFileSync(join(folder, "kustomization.yaml"), JSON.stringify(overlay));
  writeFileSync(join(folder, "endpoint.json"), JSON.stringify(endpoint));
}

/** As an operator does it, the first time and later. */
export const applyManifests = (bed: Bed): Promise<string> => bed.mustKubectl(["apply", "-k", overlayIn(bed)]);
type Host = typeof addresses.rollguard | typeof addresses.standby;

/** Rollguard in a bed: installed from its manifests, one process of it running with the rights of its ServiceAccount. */
export class Rollguard {
  readonly process: Running;
  private readonly bed: Bed;
  private readonly flags: readonly string[];

  private constructor(bed: Bed, flags: readonly string[]) {
    this.bed = bed;
    this.flags = flags;
    this.process = this.start("rollguard", addresses.rollguard);
  }

  static async install(bed: Bed, settle: string): Promise<Rollguard> {
    writeOverlay(bed);
    await applyManifests(bed);
    const account = ["-n", place.namespace, "create", "token", place.name, "--duration=12h"];
    const kubeconfig = bed.kubeconfigFor("rollguard", (await bed.mustKubectl(account)).trim());
    const where = ["--kubeconfig", kubeconfig, "--lease-namespace", place.namespace];
    const rollguard = new Rollguard(bed, [...where, "--certs-secret", place.secret, "--settle", settle]);
    await rollguard.untilServing();
    return rollguard;
  }

  private start(name: string, host: Host): Running {
    return this.bed.start({ name, command: [process.execPath, program, "serve", "--host", host, ...this.flags] });
  }

  /** A second process, as of a second replica, once its caches are warm. Webhooks go to the first one alone. */
  async standby(): Promise<Running> {
    const standby = this.start("rollguard-standby", addresses.standby);
    await standby.ready(async () => (await this.readiness(addresses.standby)).status === 200);
    return standby;
  }

  /** Another settle time, or whatever else a flag says. */
  async restart(flags: readonly string[] = []): Promise<void> {
    await this.process.restart({ flags }, 10_000);
    await this.untilServing();
  }

  /** A new process for one that was killed, which holds its Lease no more: the time of that is waited for elsewhere. */
  async succeed(): Promise<void> {
    await this.bed.mustKubectl(["-n", place.namespace, "delete", "lease", place.lease, "--ignore-not-found"]);
    await this.restart();
  }

  /** Serving: the caches are warm, and the API server asks it. */
  async untilServing(): Promise<void> {
    await this.process.ready(async () => (await this.readiness()).status === 200 && (await this.isAsked()));
  }

  /** What a process answers to the question whether its caches are warm. */
  readiness(host: Host = addresses.rollguard): Promise<Answer> {
    return this.bed.ask(`http://${host}:${place.httpPort}/readyz`);
  }

  /** Only we refuse an Application without components; the API server takes a moment to learn of a configuration. */
  async isAsked(): Promise<boolean> {
    const metadata = { name: "probe", namespace: "default" };
    const probe = { apiVersion: "core.oam.dev/v1beta1", kind: "Application", metadata, spec: { components: [] } };
    const path = "/apis/core.oam.dev/v1beta1/namespaces/default/applications?dryRun=All";
    return (await this.bed.api(path, { method: "POST", body: JSON.stringify(probe) })).status === 422;
  }
}
