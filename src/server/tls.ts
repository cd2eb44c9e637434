import { constants, createPrivateKey, X509Certificate } from "node:crypto";
import { type FSWatcher, watch } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Server as HttpsServer } from "node:https";
import { dirname } from "node:path";
import type { Logger } from "./log.ts";
import type { Metrics } from "./metrics.ts";

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** A certificate and the key that belongs to it, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly serialNumber: string;
  readonly expires: Date;
}

/** Where a server has its certificate from, now and later. */
export interface CertificateSource {
  load(): Promise<Certificate>;
  /** Tells of every later one until the returned function is called. */
  watch(current: Certificate, listener: CertificateListener): () => void;
}

export const inFiles = (files: TlsFiles): CertificateSource => ({
  load: () => loadCertificate(files),
  watch: (current, listener) => watchCertificate(files, current, listener),
});

/** Reads and checks a pair. The error says in one line which file is at fault, and never what is in it. */
export const loadCertificate = async (files: TlsFiles): Promise<Certificate> =>
  certificateOf(files, ...(await readPair(files)));

const readPair = (files: TlsFiles) => Promise.all([readText(files.cert), readText(files.key)]);

const readText = (file: string): Promise<string> =>
  readFile(file, "utf8").catch((cause) => {
    throw new Error(`cannot read ${file}`, { cause });
  });

/** Checks a pair in PEM; `origin` says where each of the two comes from. */
export function certificateOf(origin: TlsFiles, cert: string, key: string): Certificate {
  const leaf = parsed(() => new X509Certificate(cert), `${origin.cert} holds no certificate in PEM`);
  const privateKey = parsed(() => createPrivateKey(key), `${origin.key} holds no private key in PEM`);
  if (!leaf.checkPrivateKey(privateKey)) throw new Error(`${origin.key} is not the key of ${origin.cert}`);
  return { cert, key, serialNumber: leaf.serialNumber, expires: new Date(leaf.validTo) };
}

function parsed<T>(parse: () => T, otherwise: string): T {
  try {
    return parse();
  } catch (cause) {
    throw new Error(otherwise, { cause });
  }
}

export interface CertificateListener {
  changed(certificate: Certificate): void;
  /** Called once for each content that cannot be used. */
  failed(reason: string): void;
}

/**
 * Watches a pair until the returned function is called. The kubelet swaps a symbolic link above the files, which a watch
 * of the files themselves does not see: so the contents are compared every `pollMs`, and when a directory changes.
 */
export function watchCertificate(
  files: TlsFiles,
  current: Certificate,
  listener: CertificateListener,
  pollMs = 1_000,
): () => void {
  let seen = `${current.cert}${current.key}`;
  let isStopped = false;
  const look = async (): Promise<void> => {
    const pair = await readPair(files).catch((error: Error) => error);
    const content = pair instanceof Error ? pair.message : pair.join("");
    if (content === seen || isStopped) return;
    seen = content;
    try {
      if (pair instanceof Error) throw pair;
      listener.changed(certificateOf(files, ...pair));
    } catch (error) {
      listener.failed(error instanceof Error ? error.message : "unknown");
    }
  };
  const timer = setInterval(look, pollMs).unref();
  const folders = new Set([dirname(files.cert), dirname(files.key)]);
  const watchers = [...folders].flatMap((folder) => watchFolder(folder, look));
  return () => {
    isStopped = true;
    clearInterval(timer);
    for (const watcher of watchers) watcher.close();
  };
}

/** Two files are rarely written at the same instant, so a look waits until the folder is quiet. */
const quietMs = 50;

function watchFolder(folder: string, look: () => void): FSWatcher[] {
  try {
    let timer: NodeJS.Timeout | undefined;
    const watcher = watch(folder, { persistent: false }, () => {
      clearTimeout(timer);
      timer = setTimeout(look, quietMs).unref();
    });
    watcher.on("error", () => watcher.close());
    return [watcher];
  } catch {
    // Watches are limited by the system; the poll sees everything.
    return [];
  }
}

/** HTTP/1.1 alone: the API server asks webhooks for nothing else. */
export const tlsOptions = ({ cert, key }: Certificate) => ({
  cert,
  key,
  minVersion: "TLSv1.2" as const,
  ALPNProtocols: ["http/1.1"],
  handshakeTimeout: 5_000,
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
});

/** Serves new connections with the certificate that the source has; those that are open keep theirs. */
export function followCertificate(
  source: CertificateSource,
  current: Certificate,
  server: HttpsServer,
  { logger, metrics }: { logger: Logger; metrics: Metrics },
): () => void {
  metrics.certificateLoaded(current.expires);
  return source.watch(current, {
    changed: (certificate) => {
      server.setSecureContext(tlsOptions(certificate));
      metrics.certificateLoaded(certificate.expires);
      logger.info("certificate reloaded", {
        serialNumber: certificate.serialNumber,
        expires: certificate.expires.toISOString(),
      });
    },
    failed: (reason) => {
      metrics.certificateFailed();
      logger.error("the changed certificate cannot be used, the old one stays", { reason });
    },
  });
}
