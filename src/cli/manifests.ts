import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { printYaml } from "../cluster/yaml.ts";
import { files } from "../install/files.ts";
import { print } from "./print.ts";
import { type ExitCode, exitCodes, UsageError } from "./usage.ts";

/** Prints what an installation consists of, or writes it as bases of kustomize. */
export function manifests({ out }: { readonly out?: string }): ExitCode {
  if (out === undefined) {
    const objects = Object.entries(files).flatMap(([path, all]) => (path.endsWith("kustomization.yaml") ? [] : all));
    print(objects.map(printYaml).join("---\n").trimEnd());
    return exitCodes.ok;
  }
  try {
    for (const [path, objects] of Object.entries(files)) write(join(out, path), objects.map(printYaml).join("---\n"));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  print(`wrote ${Object.keys(files).length} files to ${out}`);
  return exitCodes.ok;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
