/** A cluster to play in: the bed with Rollguard in it and the first Application of the story, and a shell beside it. */

import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Bed, startBed } from "./bed/bed.ts";
import { findBinaries } from "./bed/binaries.ts";
import { sourceRoot } from "./bed/cache.ts";
import { program, Rollguard } from "./install.ts";

const example = (name: string): string => join(sourceRoot, "manifests/examples", `${name}.yaml`);
const began = Date.now();
const progress = (line: string): void => {
  process.stdout.write(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);
};

const welcome = (enter: string): string => `
  kubectl, vela and rollguard are on the PATH, and the first deployment of bookinfo is on its way. Try:

    rollguard get book-info -w
    kubectl apply -f manifests/examples/bookinfo-canary.yaml
    kubectl get componentrollouts
    vela workflow resume book-info      or:  rollguard rollback book-info
    kubectl apply -f manifests/examples/broken/ten-faults.yaml

  A second shell, to watch in, is had by

    ${enter}

  exit ends the cluster.
`;

/** The shell finds what people call by its name. */
function pathOf(bed: Bed): string {
  const folder = join(bed.folder, "bin");
  mkdirSync(folder, { recursive: true });
  for (const name of ["rollguard", "kubectl-rollguard"])
    writeFileSync(join(folder, name), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, { mode: 0o755 });
  const { kubectl, vela } = bed.binaries.path;
  return [folder, dirname(kubectl), dirname(vela), process.env["PATH"] ?? ""].join(":");
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A file that opens another shell in the same network, with the same programs. */
function enterFile(bed: Bed, env: Readonly<Record<string, string>>): string {
  const file = join(bed.folder, "enter");
  const settings = Object.entries(env).map(([key, value]) => quoted(`${key}=${value}`));
  const command = bed.network.inside([process.env["SHELL"] ?? "/bin/sh"]).map(quoted);
  const lines = ["#!/bin/sh", `cd ${quoted(sourceRoot)}`, `exec env ${[...settings, ...command].join(" ")}`];
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o755 });
  return file;
}

function shell(bed: Bed, own: Readonly<Record<string, string>>): Promise<void> {
  const [command = "", ...args] = bed.network.inside([process.env["SHELL"] ?? "/bin/sh"]);
  const env = { ...process.env, ...own };
  const child = spawn(command, args, { cwd: sourceRoot, env, stdio: "inherit" });
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

process.on("SIGINT", () => {});
await findBinaries(progress);
const bed = await startBed({ progress });
try {
  await Rollguard.install(bed, "12s");
  progress("Rollguard serves webhooks, and rolls out");
  await bed.mustKubectl(["apply", "-f", example("bookinfo")]);
  const own = { ...bed.environment(), PATH: pathOf(bed), PS1: "(live) $ " };
  process.stdout.write(welcome(enterFile(bed, own)));
  await shell(bed, own);
} finally {
  await bed.stop();
  progress("all ended");
}
