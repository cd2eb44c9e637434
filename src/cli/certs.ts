import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCertificates } from "../server/certs.ts";
import { print } from "./print.ts";
import { type ExitCode, exitCodes } from "./usage.ts";

export interface CertsOptions {
  readonly out: string;
  readonly name: readonly string[];
  readonly days: number;
}

export const defaultNames: readonly string[] = ["localhost", "127.0.0.1", "::1", "rollguard.rollguard-system.svc"];

/** Writes a CA, and a certificate of it for the names, for development. */
export async function certs({ out, name, days }: CertsOptions): Promise<ExitCode> {
  const names = name.length > 0 ? name : defaultNames;
  const { ca, cert, key } = await makeCertificates({ names: [...names], days });
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "ca.crt"), ca);
  writeFileSync(join(out, "tls.crt"), cert);
  writeFileSync(join(out, "tls.key"), key, { mode: 0o600 });
  print(`wrote ca.crt, tls.crt and tls.key to ${out}, for ${names.join(", ")}, valid for ${days} days`);
  return exitCodes.ok;
}
