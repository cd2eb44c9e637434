import type { JsonObject } from "../model/json.ts";
import { componentRollouts } from "./crds.ts";
import { kubevelaKinds } from "./kubevela.ts";
import { rights } from "./rights.ts";
import { webhooks } from "./webhooks.ts";
import { namespace, workload } from "./workload.ts";

const kustomization = (resources: readonly string[]): JsonObject => ({
  apiVersion: "kustomize.config.k8s.io/v1beta1",
  kind: "Kustomization",
  resources,
});

const install: Readonly<Record<string, readonly JsonObject[]>> = {
  "crd.yaml": [componentRollouts],
  "namespace.yaml": [namespace],
  "rights.yaml": rights,
  "workload.yaml": workload,
  "webhooks.yaml": webhooks,
};

/** The files of an installation, by their path below `manifests/`; each folder is a base of kustomize. */
export const files: Readonly<Record<string, readonly JsonObject[]>> = {
  ...Object.fromEntries(Object.entries(install).map(([name, objects]) => [`install/${name}`, objects])),
  "install/kustomization.yaml": [kustomization(Object.keys(install))],
  "kubevela/crds.yaml": kubevelaKinds,
  "kubevela/kustomization.yaml": [kustomization(["crds.yaml"])],
};
