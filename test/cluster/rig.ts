import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Api } from "../../src/cluster/api.ts";
import { type ConnectOptions, connect } from "../../src/cluster/client.ts";
import type { Clock } from "../../src/cluster/clock.ts";
import { printYaml } from "../../src/cluster/yaml.ts";
import { type Certificates, makeCertificates } from "../../src/install/make-certificates.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { ApiDouble } from "./api-double.ts";

let made: Promise<Certificates> | undefined;
const certificates = (): Promise<Certificates> => {
  made ??= makeCertificates({ names: ["localhost", "127.0.0.1"], days: 2 });
  return made;
};

const ends: (() => unknown)[] = [];

export async function startDouble(): Promise<ApiDouble> {
  const double = await ApiDouble.start(await certificates());
  ends.push(() => double.stop());
  return double;
}

export async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "rollguard-cluster-"));
  ends.push(() => rm(made, { recursive: true, force: true }));
  return made;
}

/** A kubeconfig for the double, with these credentials. */
export async function kubeconfig(double: ApiDouble, user: JsonObject = { token: "token-1" }): Promise<string> {
  const file = join(await folder(), "config");
  const { ca } = await certificates();
  const cluster = {
    server: `https://127.0.0.1:${double.port}`,
    "certificate-authority-data": Buffer.from(ca).toString("base64"),
  };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "here",
    contexts: [{ name: "here", context: { cluster: "double", user: "me", namespace: "shop" } }],
    clusters: [{ name: "double", cluster }],
    users: [{ name: "me", user }],
  };
  await writeFile(file, printYaml(config));
  return file;
}

export async function connected(
  double: ApiDouble,
  clock?: Clock,
  user?: JsonObject,
  options: Pick<ConnectOptions, "onWarning"> = {},
): Promise<Api> {
  const api = await connect({ ...options, kubeconfig: await kubeconfig(double, user), ...(clock ? { clock } : {}) });
  ends.push(() => api.close());
  return api;
}

/** What a test started ends after it, the latest first. */
export const later = (end: () => unknown): void => void ends.push(end);

export async function cleanUp(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end();
}

export const service = (name: string, more: JsonObject = {}, namespace = "shop"): JsonObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  ...more,
});
