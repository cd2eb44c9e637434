import { accessSync, readFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { asList, asText, at, own } from "../model/json.ts";
import { type Api, ApiError } from "./api.ts";
import { type Clock, systemClock } from "./clock.ts";
import { Deadline } from "./deadline.ts";
import { type CredentialSource, type Credentials, Requests } from "./requests.ts";
import { parseYaml } from "./yaml.ts";

/** Tokens rotate long before they expire; those that are changed at once are noticed by a 401. */
const freshFor = 30_000;
/** A plugin may have to ask its own server. */
const firstCredentials = 60_000;
const serviceAccountToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";

export interface ConnectOptions {
  /** A file; without it what kubectl would take, and in a pod its service account. */
  readonly kubeconfig?: string | undefined;
  /** Another context of it than the current one. */
  readonly context?: string | undefined;
  readonly clock?: Clock;
  /** What the API server, or a webhook, warns of beside an answer. */
  onWarning?(text: string): void;
}

/** Whether there is a kubeconfig, or a service account of a pod. */
export function hasConfig(): boolean {
  if (process.env["KUBECONFIG"]) return true;
  const isPod = process.env["KUBERNETES_SERVICE_HOST"] !== undefined && exists(serviceAccountToken);
  return isPod || defaultFiles().some(exists);
}

const defaultFiles = (): readonly string[] =>
  process.env["KUBECONFIG"]?.split(delimiter).filter((file) => file !== "") ?? [
    join(process.env["HOME"] || homedir(), ".kube", "config"),
  ];

function exists(file: string): boolean {
  try {
    accessSync(file);
    return true;
  } catch {
    return false;
  }
}

/**
 * Reads the configuration and makes the first credentials; nothing is sent to the API server yet. Throws an ApiError whose
 * reason is `NoCredentials` where the configuration is absent or of no use.
 */
export async function connect(options: ConnectOptions = {}): Promise<Api> {
  const { kubeconfig, context, clock = systemClock, onWarning } = options;
  if (kubeconfig === undefined && !hasConfig())
    throw unusable(new Error("there is none, and this is no pod with a service account"));
  // It takes a quarter of a second to load, and most verbs need no cluster.
  const client = await import("@kubernetes/client-node");
  const load = (): KubeConfig => {
    const config = new client.KubeConfig();
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
    if (context !== undefined) choose(config, context);
    return config;
  };
  const files = kubeconfig === undefined ? defaultFiles() : [kubeconfig];
  const source = new ConfiguredCredentials(load, files, clock);
  const deadline = new Deadline(clock, firstCredentials, []);
  try {
    await deadline.within(source.current());
  } catch (error) {
    throw unusable(deadline.explain(error));
  } finally {
    deadline.end();
  }
  return new Requests(source, clock, onWarning);
}

function choose(config: KubeConfig, context: string): void {
  if (!config.getContextObject(context)) throw new Error(`it has no context ${context}`);
  config.setCurrentContext(context);
}

/** Credentials from a configuration that is read again and again: files change, plugins give new tokens. */
class ConfiguredCredentials implements CredentialSource {
  readonly namespace: string;
  private readonly load: () => KubeConfig;
  private readonly files: readonly string[];
  private readonly clock: Clock;
  private config: KubeConfig;
  private known: { readonly credentials: Credentials; readonly madeAt: number } | undefined;
  private making: Promise<Credentials> | undefined;
  private isRefused = false;

  constructor(load: () => KubeConfig, files: readonly string[], clock: Clock) {
    this.load = load;
    this.files = files;
    this.clock = clock;
    this.config = described(load);
    this.namespace = this.config.getContextObject(this.config.currentContext)?.namespace || "default";
  }

  async current(): Promise<Credentials> {
    const { known } = this;
    if (known && !this.isRefused && this.clock.now() - known.madeAt < freshFor) return known.credentials;
    this.making ??= this.make().finally(() => {
      this.making = undefined;
    });
    return this.making;
  }

  refuse(credentials: Credentials): void {
    if (this.known?.credentials === credentials) this.isRefused = true;
  }

  /** What was known stays in use where nothing newer can be had, unless the API server does not accept it. */
  private async make(): Promise<Credentials> {
    try {
      if (this.isRefused || !asksPlugin(this.config)) this.config = described(this.load);
      const credentials = await credentialsOf(this.config, this.files);
      this.known = { credentials, madeAt: this.clock.now() };
      this.isRefused = false;
      return credentials;
    } catch (error) {
      if (this.known && !this.isRefused) return this.known.credentials;
      throw unusable(error);
    }
  }
}

/** A plugin keeps its token as long as it is valid: it is not to be forgotten with the configuration. */
function asksPlugin(config: KubeConfig): boolean {
  const user = config.getCurrentUser();
  return Boolean(user?.exec) || (Boolean(user?.authProvider) && !user?.authProvider?.config?.tokenFile);
}

async function credentialsOf(config: KubeConfig, files: readonly string[]): Promise<Credentials> {
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error("it has no current cluster");
  if (!cluster.server.startsWith("https://")) throw new Error(`the server ${cluster.server} must be an https address`);
  if (cluster.proxyUrl) throw new Error("proxy-url is not supported");
  const applied: RequestOptions = { headers: {} };
  await config.applyToHTTPSOptions(applied);
  const { agent: _theirs, headers, ...options } = applied;
  const token = fileToken(files, config.getCurrentUser()?.name);
  const bearer = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return { server: new URL(cluster.server), options: { ...options, headers: trimmed({ ...bearer, ...headers }) } };
}

/** The token of a user that has `tokenFile`: kubectl knows it, the library does not. */
function fileToken(files: readonly string[], user: string | undefined): string | undefined {
  for (const file of files.filter(exists)) {
    const parsed = parseYaml(readFileSync(file, "utf8"));
    const users = "documents" in parsed ? asList(own(parsed.documents[0], "users")) : [];
    const tokenFile = asText(
      at(
        users.find((entry) => own(entry, "name") === user),
        "user",
        "tokenFile",
      ),
    );
    if (tokenFile !== undefined) return readFileSync(resolve(dirname(file), tokenFile), "utf8");
  }
  return undefined;
}

/** A token file may end in a new line, a header may not. */
const trimmed = (headers: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([key, value]) => (typeof value === "string" ? [[key, value.trim()]] : [])),
  );

function described(load: () => KubeConfig): KubeConfig {
  try {
    return load();
  } catch (error) {
    throw unusable(error);
  }
}

const unusable = (error: unknown): ApiError =>
  error instanceof ApiError && error.reason === "NoCredentials"
    ? error
    : new ApiError({
        status: 0,
        reason: "NoCredentials",
        message: `the kubeconfig cannot be used: ${told(error)}`,
      });

/** The first line: below it a YAML parser shows the place, which can be a token. So does the JSON parser in its only one. */
function told(error: unknown): string {
  if (error instanceof SyntaxError) return "a plugin did not answer with JSON";
  return (error instanceof Error ? error.message : String(error)).trim().split("\n")[0] ?? "";
}
