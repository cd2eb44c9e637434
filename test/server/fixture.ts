import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Certificates, makeCertificates } from "../../src/install/make-certificates.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { worldOf } from "../../src/model/world.ts";
import { makeLogger } from "../../src/server/log.ts";
import { type RunningServer, type ServerOptions, startServer } from "../../src/server/serve.ts";
import type { TlsFiles } from "../../src/server/tls.ts";
import { baseWorld, example } from "../support/cases.ts";
import { reviewOf } from "../support/review.ts";
import { callPlainly, type Target } from "./client.ts";

/** What the API server sends when the first example is applied. */
export const review = JSON.stringify(reviewOf(example("bookinfo")));

/** The same for another example, or with other members of the request. */
export const reviewWith = (request: JsonObject, name = "bookinfo"): string =>
  JSON.stringify(reviewOf(example(name), undefined, request));

/** A review of the canary example with weights that total 105. */
export const denied = reviewWith({}, "bookinfo-canary").replace('"weight":90', '"weight":95');

/** A review of that many bytes. */
export const padded = (bytes: number) => review + " ".repeat(bytes - Buffer.byteLength(review));

export const surroundings = { world: worldOf(baseWorld) };

export interface Fixture {
  readonly server: RunningServer;
  readonly certificates: Certificates;
  readonly files: TlsFiles;
  /** What was logged so far. */
  log(): string;
}

let made: Promise<Certificates> | undefined;
/** One pair is enough for all tests but those that exchange it. */
export const certificates = (): Promise<Certificates> => {
  made ??= makeCertificates({ names: ["localhost", "127.0.0.1"], days: 2 });
  return made;
};

const folders: string[] = [];
const servers: RunningServer[] = [];

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rollguard-server-"));
  folders.push(folder);
  return folder;
}

export async function writePair(folder: string, { cert, key }: Certificates): Promise<TlsFiles> {
  const files = { cert: join(folder, "tls.crt"), key: join(folder, "tls.key") };
  await Promise.all([writeFile(files.cert, cert), writeFile(files.key, key)]);
  return files;
}

/** A server on free ports, with the options that matter to a test. */
export async function start(options: Partial<ServerOptions> & { readonly tls?: TlsFiles } = {}): Promise<Fixture> {
  const pair = await certificates();
  const files = options.tls ?? (await writePair(await temporaryFolder(), pair));
  const lines: string[] = [];
  const server = await startServer({
    surroundings,
    tls: files,
    host: "127.0.0.1",
    port: 0,
    httpPort: 0,
    logger: makeLogger({ write: (line) => lines.push(line) }),
    drainSeconds: 0,
    ownsProcess: false,
    ...options,
  });
  servers.push(server);
  return { server, certificates: pair, files, log: () => lines.join("") };
}

/** Ends what a test started. */
export async function cleanUp(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.fail()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
}

/** Resolves when so many bodies are in flight. */
export async function inFlightIs(target: Pick<Target, "server">, count: number): Promise<void> {
  const line = `rollguard_admission_in_flight ${count}\n`;
  while (!(await callPlainly(target, "/metrics")).text.includes(line)) await sleep(5);
}
