import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/model/json.ts";
import { type Bed, type BedOptions, startBed } from "./bed/bed.ts";
import { findBinaries } from "./bed/binaries.ts";
import { tokens } from "./bed/control-plane.ts";
import type { Outlet } from "./bed/outlet.ts";

export const say = (line: string): void => {
  process.stdout.write(`      ${line}\n`);
};

/** FULL=1: also what takes long. */
export const isFull = process.env["FULL"] !== undefined;
export const itInFull = isFull ? it : it.skip;

/** A bed whose progress shows in the output of the tests. */
export async function bedOfTest(options: BedOptions = {}): Promise<Bed> {
  await findBinaries(say);
  return startBed({ progress: say, ...options });
}

let written = 0;

/** A kubeconfig for this process, which reaches the API server by the outlet; as admin unless another user is given. */
export function configFor(
  bed: Bed,
  outlet: Outlet,
  folder: string,
  user: JsonObject = { token: tokens.admin },
  cluster: JsonObject = {},
): string {
  const file = join(folder, `config-${++written}`);
  const reached = {
    server: `https://127.0.0.1:${outlet.port}`,
    "tls-server-name": "localhost",
    "certificate-authority-data": Buffer.from(bed.certificates.ca).toString("base64"),
    ...cluster,
  };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "bed", cluster: reached }],
    users: [{ name: "me", user }],
    contexts: [{ name: "bed", context: { cluster: "bed", user: "me", namespace: "default" } }],
    "current-context": "bed",
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

/** The definition of ComponentRollouts: without a status sub-resource, since the whole object is applied. */
export const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "componentrollouts.rollguard.dev" },
  spec: {
    group: "rollguard.dev",
    scope: "Namespaced",
    names: { kind: "ComponentRollout", plural: "componentrollouts", singular: "componentrollout" },
    versions: [
      {
        name: "v1alpha1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};
