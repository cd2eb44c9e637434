/** Tries the bed by hand: `up` starts it and waits for Ctrl-C, `build` only sees to the binaries. */

import { startBed } from "./bed.ts";
import { findBinaries } from "./binaries.ts";

const start = Date.now();
const progress = (line: string): void => {
  process.stdout.write(`${((Date.now() - start) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);
};

const interrupted = new Promise<void>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
});

async function up(): Promise<void> {
  const starting = startBed({ progress });
  const stopped = interrupted.then(() => undefined);
  const bed = await Promise.race([starting, stopped]);
  // Not all is known yet of what has begun: the exit ends every process.
  if (bed === undefined) return;
  const { addresses, ports, network, binaries } = bed;
  const enter = network.inside(["env", `KUBECONFIG=${bed.kubeconfig}`, binaries.path.kubectl]);
  const lines = [
    `API server   ${bed.apiServer}, KUBECONFIG=${bed.kubeconfig}`,
    `kubectl      ${enter.join(" ")} get pods -A`,
    `gateway      ${addresses.gateway}, the ports that Gateways open; admin http://${addresses.gateway}:${ports.envoyAdmin}`,
    `mesh client  127.0.0.1 at a Service's port, with its host name; admin http://${addresses.meshClient}:${ports.envoyAdmin}`,
    `logs         ${bed.logs}`,
    ...Object.values(bed.servers).map(({ name, pid }) => `process      ${pid} ${name}`),
  ];
  for (const line of lines) progress(line);
  await stopped;
  await bed.stop();
  progress("all ended");
}

async function build(): Promise<void> {
  const { path, crds } = await Promise.race([findBinaries(progress), interrupted.then(() => process.exit(130))]);
  for (const [name, file] of [...Object.entries(path), ...Object.entries(crds)]) progress(`${name.padEnd(24)} ${file}`);
}

const verbs: Readonly<Record<string, () => Promise<void>>> = { up, build };
const verb = verbs[process.argv[2] ?? ""];
if (verb === undefined) {
  process.stderr.write("usage: main.js up | build\n");
  process.exit(2);
}
await verb();
process.exit(0);
