import { isIP } from "node:net";
import type { generate } from "selfsigned";

/** PEM texts: what clients trust, and the pair for the server. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface CertificateRequest {
  /** DNS names and IP addresses that clients may call the server by. */
  readonly names: readonly string[];
  readonly days: number;
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>["extensions"]>;

/** The library signs with RSA and SHA-1 unless told otherwise. */
const algorithm = { keyType: "ec", curve: "P-256", algorithm: "sha256" } as const;
const day = 24 * 60 * 60 * 1000;
/** Clocks differ: a certificate made now must not be one of the future elsewhere. */
const skew = 5 * 60 * 1000;

/** Makes a certificate for a server and the authority that signed it. The authority's key is thrown away. */
export async function makeCertificates({ names, days }: CertificateRequest): Promise<Certificates> {
  if (names.length === 0) throw new Error("a certificate needs a name");
  if (!Number.isInteger(days) || days < 1 || days > 36_500) throw new Error("days must be a number from 1 to 36500");
  // The library takes 140 ms to load, and only few commands make certificates.
  const { generate } = await import("selfsigned");
  const now = Date.now();
  const validity = { notBeforeDate: new Date(now - skew), notAfterDate: new Date(now + days * day) };
  const authority = await generate(commonName("Rollguard CA"), { ...algorithm, ...validity, extensions: ofAuthority });
  const ca = { cert: authority.cert, key: authority.private };
  const server = await generate(commonName("rollguard"), {
    ...algorithm,
    ...validity,
    ca,
    extensions: ofServer(names),
  });
  return { ca: lines(authority.cert), cert: lines(server.cert), key: lines(server.private) };
}

const lines = (pem: string): string => `${pem.trim().replaceAll("\r\n", "\n")}\n`;

/** Clients look at the alternative names alone; a common name is limited to 64 characters, which names may exceed. */
const commonName = (value: string) => [{ name: "commonName", value }];

const ofAuthority: Extensions = [
  { name: "basicConstraints", cA: true, pathLenConstraint: 0, critical: true },
  { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
];

const ofServer = (names: readonly string[]): Extensions => [
  { name: "basicConstraints", cA: false, critical: true },
  { name: "keyUsage", digitalSignature: true, critical: true },
  { name: "extKeyUsage", serverAuth: true },
  { name: "subjectAltName", altNames: names.map(altName) },
];

const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const dnsName = new RegExp(`^(\\*\\.)?${label}(\\.${label})*$`, "i");

function altName(name: string) {
  if (isIP(name) !== 0) return { type: 7, ip: name } as const;
  if (name.length > 253 || !dnsName.test(name)) throw new Error(`"${name}" is neither a DNS name nor an IP address`);
  return { type: 2, value: name } as const;
}
