import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Progress } from "./cache.ts";
import { definitions, modules, type PinnedDefinitions } from "./pinned.ts";
import { builtTool, downloadedEnvoy, extractedDefinitions } from "./toolchain.ts";

const goBinaries = ["etcd", "kube-apiserver", "kube-controller-manager", "kubectl", "istiod", "vela"] as const;
export type BinaryName = (typeof goBinaries)[number] | "envoy";
export type DefinitionsName = "istio" | "kubevela";

/** Paths of everything that the bed runs or applies but that is not in the source tree. */
export interface Binaries {
  readonly path: Readonly<Record<BinaryName, string>>;
  readonly crds: Readonly<Record<DefinitionsName, string>>;
}

/** Where istiod is built by others, it has the name of its package. */
const aliases: Readonly<Partial<Record<BinaryName, string>>> = { istiod: "pilot-discovery" };

/** `ROLLGUARD_E2E_KUBE_APISERVER` and so on name one file; KUBEBUILDER_ASSETS names a folder that may hold any of them. */
export function ready(name: BinaryName): string | undefined {
  const variable = `ROLLGUARD_E2E_${name.toUpperCase().replaceAll("-", "_")}`;
  const named = process.env[variable];
  if (named !== undefined && !existsSync(named)) throw new Error(`${variable}: no such file ${named}`);
  return named ?? inAssets(name) ?? inAssets(aliases[name] ?? name);
}

function inAssets(file: string): string | undefined {
  const folder = process.env["KUBEBUILDER_ASSETS"];
  const path = folder === undefined ? undefined : join(folder, file);
  return path !== undefined && existsSync(path) ? path : undefined;
}

async function binary(name: BinaryName, progress: Progress): Promise<string> {
  const found = ready(name);
  if (found !== undefined) return found;
  if (name === "envoy") return downloadedEnvoy(progress);
  for (const module of modules) {
    const tool = module.tools.find((it) => it.binary === name);
    if (tool !== undefined) return builtTool(module, tool, progress);
  }
  throw new Error(`nothing builds ${name}`);
}

const crds = async (wanted: PinnedDefinitions, progress: Progress): Promise<string> =>
  inAssets(`crds/${wanted.name}.yaml`) ?? (await extractedDefinitions(wanted, progress));

let found: Promise<Binaries> | undefined;

/** Finds everything, and makes what is missing. One after another: each build takes all cores it may have. */
export function findBinaries(progress: Progress): Promise<Binaries> {
  found ??= find(progress);
  return found;
}

async function find(progress: Progress): Promise<Binaries> {
  const paths: [BinaryName, string][] = [["envoy", await binary("envoy", progress)]];
  for (const name of goBinaries) paths.push([name, await binary(name, progress)]);
  const files: [string, string][] = [];
  for (const wanted of definitions) files.push([wanted.name, await crds(wanted, progress)]);
  return {
    path: Object.fromEntries(paths) as Record<BinaryName, string>,
    crds: Object.fromEntries(files) as Record<DefinitionsName, string>,
  };
}
