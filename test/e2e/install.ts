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

/** Rollguard in a bed: installed from its manifests, one process of it running with the rights of its ServiceAccount. */
export class Rollguard {
  readonly process: Running;
  private readonly bed: Bed;
  private readonly command: readonly string[];

  private constructor(bed: Bed, command: readonly string[], process: Running) {
    this.bed = bed;
    this.command = command;
    this.process = process;
  }

  static async install(bed: Bed, settle: string): Promise<Rollguard> {
    writeOverlay(bed);
    await applyManifests(bed);
    const account = ["-n", place.namespace, "create", "token", place.name, "--duration=12h"];
    const kubeconfig = bed.kubeconfigFor("rollguard", (await bed.mustKubectl(account)).trim());
    const flags = ["--kubeconfig", kubeconfig, "--lease-namespace", place.namespace, "--host", addresses.rollguard];
    const command = [process.execPath, program, "serve", ...flags, "--certs-secret", place.secret, "--settle", settle];
    const rollguard = new Rollguard(bed, command, bed.start({ name: "rollguard", command }));
    await rollguard.untilServing();
    return rollguard;
  }

  /** Another settle time, or whatever else a flag says. */
  async restart(flags: readonly string[] = []): Promise<void> {
    await this.process.restart({ flags }, 10_000);
    await this.untilServing();
  }

  /** No chance to say goodbye, and a new process at once, which has to wait for the Lease of the dead one. */
  async killAndRestart(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.restart();
  }

  /** A second process, as of another pod; the API server does not ask it. The caller ends it. */
  beside({ port, httpPort }: { readonly port: number; readonly httpPort: number }): Running {
    const command = [...this.command, "--port", `${port}`, "--http-port", `${httpPort}`];
    return this.bed.start({ name: "rollguard-beside", command });
  }

  /** Whether the caches of the process at that port are warm. */
  async isReady(httpPort: number): Promise<boolean> {
    return (await this.readiness(httpPort)).status === 200;
  }

  /** Serving: the caches are warm, and the API server asks it. */
  async untilServing(): Promise<void> {
    await this.process.ready(async () => (await this.isReady(place.httpPort)) && (await this.isAsked()));
  }

  readiness(httpPort: number = place.httpPort): Promise<Answer> {
    return this.bed.ask(`http://${addresses.rollguard}:${httpPort}/readyz`);
  }

  /** Only we refuse an Application without components; the API server takes a moment to learn of a configuration. */
  async isAsked(): Promise<boolean> {
    const metadata = { name: "probe", namespace: "default" };
    const probe = { apiVersion: "core.oam.dev/v1beta1", kind: "Application", metadata, spec: { components: [] } };
    const path = "/apis/core.oam.dev/v1beta1/namespaces/default/applications?dryRun=All";
    return (await this.bed.api(path, { method: "POST", body: JSON.stringify(probe) })).status === 422;
  }
}
