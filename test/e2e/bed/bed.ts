import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { addresses, apiServerUrl, ports } from "./addresses.ts";
import { isOk } from "./ask.ts";
import type { Behaviour } from "./behaviour.ts";
import { type Binaries, findBinaries } from "./binaries.ts";
import type { Progress } from "./cache.ts";
import { type BedCertificates, writeCertificates } from "./certificates.ts";
import { kubeconfig, startControlPlane, tokens, type User } from "./control-plane.ts";
import { gateway, meshClient, startEnvoy } from "./envoy.ts";
import { gatewayAddress, istiodService, startIstiod, validation } from "./istio.ts";
import type { KubeletSettings } from "./kubelet.ts";
import { Network, program } from "./network.ts";
import { mustRun, type Running } from "./processes.ts";
import { Bed, kubeconfigOf, makeFolders } from "./standing-bed.ts";

export type { Load } from "./run-load.ts";
export type { Bed } from "./standing-bed.ts";

export interface BedOptions {
  /** State and logs; a temporary folder, removed at the end, where none is given. */
  readonly folder?: string;
  readonly progress?: Progress;
  /** KubeVela's definitions; without them, what is under test installs its own. */
  readonly kubevela?: boolean;
  /** Istio's own validation of its objects. */
  readonly validation?: boolean;
  /** Milliseconds that a second of a preStop sleep, or of a grace period, lasts. */
  readonly secondMs?: number;
  /** How pods behave unless told otherwise. */
  readonly behaviour?: Partial<Behaviour>;
  /** Users whose requests are written to the audit log. */
  readonly auditUsers?: readonly string[];
  /** Environment of istiod. */
  readonly istiod?: Readonly<Record<string, string>>;
}

/** What the starting parts share. */
interface Ground {
  readonly folder: string;
  readonly network: Network;
  readonly binaries: Binaries;
  readonly certificates: BedCertificates;
  readonly options: BedOptions;
}

const silent: Progress = () => {};

async function startKubelet({ network, certificates, options }: Ground): Promise<Running> {
  const settings: KubeletSettings = {
    account: { server: apiServerUrl, token: tokens.admin, ca: certificates.ca },
    secondMs: options.secondMs ?? 1_000,
    behaviour: { readyAfter: 200, latency: 0, fail: 0, ...options.behaviour },
  };
  const command = [process.execPath, program("kubelet"), JSON.stringify(settings)];
  const kubelet = network.start({ name: "kubelet", command });
  await kubelet.ready(() => isOk(network, `http://${addresses.node}:${ports.kubelet}/healthz`));
  return kubelet;
}

/** Kubectl as admin, for what the bed itself applies. */
const kubectl = ({ network, binaries, folder }: Ground, args: readonly string[], input?: string): Promise<string> =>
  mustRun(network.inside([binaries.path.kubectl, ...args]), {
    env: { KUBECONFIG: kubeconfigOf(folder, "admin"), HOME: join(folder, "home") },
    ...(input === undefined ? {} : { input }),
  });

async function applyDefinitions(ground: Ground, file: string): Promise<void> {
  await kubectl(ground, ["apply", "--server-side", "-f", file]);
  await kubectl(ground, ["wait", "--for=condition=Established", "--timeout=60s", "-f", file]);
}

async function startMesh(ground: Ground): Promise<Pick<Bed["servers"], "istiod" | "gateway" | "meshClient">> {
  const { network, binaries, folder, certificates, options } = ground;
  await kubectl(ground, ["create", "namespace", "istio-system"]);
  await applyDefinitions(ground, binaries.crds.istio);
  const istiod = await startIstiod(network, {
    folder: join(folder, "istiod"),
    binary: binaries.path.istiod,
    kubeconfig: kubeconfigOf(folder, "admin"),
    certificates,
    settings: options.istiod ?? {},
  });
  const items = [...istiodService, gatewayAddress];
  await kubectl(ground, ["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  const [first, second] = await Promise.all(
    [gateway, meshClient].map((proxy) => startEnvoy(network, join(folder, "envoy"), binaries.path.envoy, proxy)),
  );
  if (first === undefined || second === undefined) throw new Error("two proxies were started");
  if (options.validation !== false) {
    await kubectl(ground, ["apply", "-f", "-"], JSON.stringify(validation(certificates.ca)));
  }
  return { istiod, gateway: first, meshClient: second };
}

async function startAll(ground: Ground, progress: Progress): Promise<Bed["servers"]> {
  const { network, binaries, folder, certificates, options } = ground;
  for (const user of ["admin", "dev"] as const satisfies readonly User[]) {
    kubeconfig(kubeconfigOf(folder, user), user, tokens[user], certificates.ca);
  }
  const controlPlane = await startControlPlane(network, {
    folder: join(folder, "control-plane"),
    binaries,
    certificates,
    auditUsers: options.auditUsers ?? [],
  });
  progress("the API server is ready");
  const kubevela = options.kubevela === false ? undefined : applyDefinitions(ground, binaries.crds.kubevela);
  const [kubelet, mesh] = await Promise.all([startKubelet(ground), startMesh(ground), kubevela]);
  progress("the mesh is ready");
  return { ...controlPlane, kubelet, ...mesh };
}

/** For a look at the logs after a failed test. */
const isKept = (): boolean => process.env["ROLLGUARD_E2E_KEEP"] !== undefined;

/** A folder that goes with the bed, also when the process is ended while the bed starts. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "rollguard-bed-"));
  if (isKept()) return folder;
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Who is ended by a signal, and has no plan for it, ends by an exit: only with that all of the bed goes. */
function exitOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    if (process.listenerCount(signal) === 0) process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

function folderFor(given: string | undefined): string {
  const folder = given ?? temporaryFolder();
  makeFolders(folder);
  return folder;
}

/** Starts everything. If a part does not start, what did is ended, and the error shows the part's last words. */
export async function startBed(options: BedOptions = {}): Promise<Bed> {
  const progress = options.progress ?? silent;
  exitOnSignals();
  const binaries = await findBinaries(progress);
  const folder = folderFor(options.folder);
  const [network, certificates] = await Promise.all([
    Network.open(folder, join(folder, "logs")),
    writeCertificates(join(folder, "certificates")),
  ]);
  try {
    const servers = await startAll({ folder, network, binaries, certificates, options }, progress);
    return new Bed({
      folder,
      isTemporary: options.folder === undefined && !isKept(),
      network,
      certificates,
      binaries,
      servers,
    });
  } catch (error) {
    await network.close();
    throw error;
  }
}
