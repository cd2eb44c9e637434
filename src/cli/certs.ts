import { closeSync, fchmodSync, mkdirSync, openSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeCertificates } from "../install/make-certificates.ts";
import { print } from "./print.ts";
import { type ExitCode, exitCodes, UsageError } from "./usage.ts";

export interface CertsOptions {
  readonly out: string;
  readonly name?: readonly string[];
  readonly days: number;
}

export const defaultNames: readonly string[] = ["localhost", "127.0.0.1", "::1", "rollguard.rollguard-system.svc"];

/** Writes a CA, and a certificate of it for the names, for development. */
export async function certs({ out, name: names = defaultNames, days }: CertsOptions): Promise<ExitCode> {
  try {
    const { ca, cert, key } = await makeCertificates({ names, days });
    makeFolder(out);
    writeFileSync(join(out, "ca.crt"), ca);
    writeFileSync(join(out, "tls.crt"), cert);
    writeSecret(join(out, "tls.key"), key);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  print(`wrote ca.crt, tls.crt and tls.key to ${out}, for ${names.join(", ")}, valid for ${days} days`);
  return exitCodes.ok;
}

/** With `recursive` Node tries for ever in a folder that lets nobody make anything, as /proc is (nodejs/node: src/node_file.cc). */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  mkdirSync(path);
}

/** The mode given at opening counts for a new file only. */
function writeSecret(file: string, text: string): void {
  const descriptor = openSync(file, "w", 0o600);
  fchmodSync(descriptor, 0o600);
  writeFileSync(descriptor, text);
  closeSync(descriptor);
}
