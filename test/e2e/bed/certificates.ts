import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCertificates } from "../../../src/install/make-certificates.ts";
import { addresses } from "./addresses.ts";

export interface BedCertificates {
  readonly ca: string;
  readonly files: { readonly ca: string; readonly cert: string; readonly key: string };
}

/** One certificate for the API server, istiod's webhooks and a webhook under test. */
const names = [
  addresses.apiServer,
  addresses.rollguard,
  addresses.istiod,
  "10.96.0.1",
  "kubernetes.default.svc",
  "localhost",
];

export async function writeCertificates(folder: string): Promise<BedCertificates> {
  mkdirSync(folder, { recursive: true });
  const { ca, cert, key } = await makeCertificates({ names, days: 2 });
  const files = { ca: join(folder, "ca.crt"), cert: join(folder, "tls.crt"), key: join(folder, "tls.key") };
  writeFileSync(files.ca, ca);
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key, { mode: 0o600 });
  return { ca, files };
}
