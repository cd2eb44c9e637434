import { existsSync, mkdirSync, rmSync } from "node:fs";
import type { ClientRequest } from "node:http";
import { join } from "node:path";
import { addresses, apiServerUrl, ports } from "./addresses.ts";
import { type Answer, type Ask, ask, open } from "./ask.ts";
import type { Override } from "./behaviour.ts";
import type { Binaries } from "./binaries.ts";
import type { BedCertificates } from "./certificates.ts";
import { kubeconfig, tokens, type User } from "./control-plane.ts";
import type { LoadOptions } from "./load-report.ts";
import type { Network } from "./network.ts";
import { Outlet } from "./outlet.ts";
import type { Command, Outcome, Running } from "./processes.ts";
import { type Load, runLoad } from "./run-load.ts";

/** The servers of the bed, each of which a test may stop, restart, or restart with other flags. */
export interface Servers {
  readonly etcd: Running;
  readonly apiServer: Running;
  readonly controllerManager: Running;
  readonly kubelet: Running;
  readonly istiod: Running;
  readonly gateway: Running;
  readonly meshClient: Running;
}

export interface BedParts {
  readonly folder: string;
  readonly isTemporary: boolean;
  readonly network: Network;
  readonly certificates: BedCertificates;
  readonly binaries: Binaries;
  readonly servers: Servers;
}

export interface CommandOptions {
  /** `admin` where nobody is named. `dev` may nothing that no role grants. */
  readonly as?: User;
  readonly input?: string;
  readonly timeoutMs?: number;
}

export const kubeconfigOf = (folder: string, user: User): string => join(folder, `${user}.kubeconfig`);

/** A real control plane and a real mesh with a kubelet's double, in a network namespace. */
export class Bed {
  readonly addresses = addresses;
  readonly ports = ports;
  readonly apiServer = apiServerUrl;
  readonly servers: Servers;
  readonly network: Network;
  readonly certificates: BedCertificates;
  readonly binaries: Binaries;
  readonly folder: string;
  private readonly isTemporary: boolean;
  private readonly outlets: Outlet[] = [];

  constructor({ folder, isTemporary, network, certificates, binaries, servers }: BedParts) {
    this.folder = folder;
    this.isTemporary = isTemporary;
    this.network = network;
    this.certificates = certificates;
    this.binaries = binaries;
    this.servers = servers;
  }

  /** What etcd stores; to be touched only while it is stopped. */
  get etcdFolder(): string {
    return join(this.folder, "control-plane", "etcd");
  }

  get kubeconfig(): string {
    return kubeconfigOf(this.folder, "admin");
  }

  get logs(): string {
    return join(this.folder, "logs");
  }

  /** The requests of the audited users, one JSON object a line. */
  get auditLog(): string {
    return join(this.folder, "control-plane", "audit.log");
  }

  /** A kubeconfig for a token of a ServiceAccount. */
  kubeconfigFor(name: string, token: string): string {
    return kubeconfig(join(this.folder, `${name}.kubeconfig`), name, token, this.certificates.ca);
  }

  /** What people have in their environment. The home is the bed's: the commands keep caches there, and leave what they please. */
  environment(user: User = "admin"): Record<string, string> {
    const own = (part: string) => join(this.folder, part);
    return { KUBECONFIG: kubeconfigOf(this.folder, user), HOME: own("home"), TMPDIR: own("tmp") };
  }

  kubectl(args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
    return this.run([this.binaries.path.kubectl, ...args], options);
  }

  vela(args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
    return this.run([this.binaries.path.vela, ...args], options);
  }

  /** Runs any command inside the network, with a kubeconfig in its environment. */
  run(command: readonly string[], { as, input, timeoutMs }: CommandOptions = {}): Promise<Outcome> {
    return this.network.run(command, {
      env: this.environment(as),
      ...(input === undefined ? {} : { input }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  }

  /** What kubectl printed, where its failure is a failure of the test. */
  async mustKubectl(args: readonly string[], options: CommandOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.kubectl(args, options);
    if (code !== 0) throw new Error(`kubectl ${args.join(" ")} ended with ${code}: ${stderr.trim()}`);
    return stdout;
  }

  /** Applies objects, as admin. */
  apply(...objects: readonly object[]): Promise<string> {
    const list = { apiVersion: "v1", kind: "List", items: objects };
    return this.mustKubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], {
      input: JSON.stringify(list),
    });
  }

  /** Starts a server of the test in the network. It ends with the bed. */
  start(command: Command): Running {
    return this.network.start({ ...command, env: { ...this.environment(), ...command.env } });
  }

  /** A request from this process to any address in the network. */
  ask(address: string, options: Ask = {}): Promise<Answer> {
    return ask(this.network, address, options);
  }

  /** A request to the API server as admin, on a connection of its own. */
  api(path: string, options: Ask = {}): Promise<Answer> {
    return this.ask(`${apiServerUrl}${path}`, this.authorized(options));
  }

  /** Like `api`, for answers that go on: watches. */
  openApi(path: string, options: Ask = {}): ClientRequest {
    return open(this.network, `${apiServerUrl}${path}`, this.authorized(options));
  }

  private authorized(options: Ask): Ask {
    const headers = { authorization: `Bearer ${tokens.admin}`, "content-type": "application/json", ...options.headers };
    return { ca: this.certificates.ca, ...options, headers };
  }

  /** A port of this process's loopback that leads to the API server. */
  async apiOutlet(): Promise<Outlet> {
    const outlet = await Outlet.open(this.network, addresses.apiServer, ports.apiServer);
    this.outlets.push(outlet);
    return outlet;
  }

  /** Tells how pods behave from now on: those of a namespace, or of one revision in it. */
  async behave(override: Override): Promise<void> {
    await this.tellKubelet("behave", override);
  }

  /** The programs in these pods die at once and are started again. */
  async crash(pods: Pick<Override, "namespace" | "revision">): Promise<void> {
    await this.tellKubelet("crash", pods);
  }

  private async tellKubelet(path: string, message: object): Promise<void> {
    const address = `http://${addresses.node}:${ports.kubelet}/${path}`;
    const { status } = await this.ask(address, { method: "POST", body: JSON.stringify(message) });
    if (status !== 200) throw new Error(`the kubelet answered ${status}`);
  }

  /** Starts a load through the gateway, by the port that a Gateway opened. */
  loadGateway(hostHeader: string, load: Partial<LoadOptions> = {}): Load {
    return runLoad((command) => this.start(command), { host: addresses.gateway, port: 80, hostHeader }, load);
  }

  /** Starts a load through the mesh client: to a Service, by its name and port. */
  loadMesh(service: string, port: number, load: Partial<LoadOptions> = {}): Load {
    return runLoad(
      (command) => this.start(command),
      { host: "127.0.0.1", port, hostHeader: `${service}:${port}` },
      load,
    );
  }

  /** Ends every process, and removes the state unless a folder was given. */
  async stop(): Promise<void> {
    for (const outlet of this.outlets) outlet.close();
    await this.network.close();
    if (this.isTemporary) rmSync(this.folder, { recursive: true, force: true });
  }
}

export function makeFolders(folder: string): void {
  if (existsSync(join(folder, "logs"))) throw new Error(`${folder} has the state of another bed`);
  for (const part of ["logs", "home", "tmp"]) mkdirSync(join(folder, part), { recursive: true });
}
