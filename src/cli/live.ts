import { type Api, ApiError } from "../cluster/api.ts";
import { resources } from "../cluster/resources.ts";
import { read } from "../cluster/writes.ts";
import { names } from "../model/names.ts";
import type { KubeObject } from "../model/world.ts";
import { warn } from "./print.ts";
import { programName, Refusal } from "./usage.ts";

/** Which cluster, and where in it. */
export interface LiveOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
}

/** What a command line needs to mean the same place. */
export interface Where {
  readonly suffix: string;
}

/** A namespace of a cluster, as the user named it. */
export interface Place extends Where {
  readonly api: Api;
  readonly namespace: string;
}

/** Does something in a cluster, and lets go of it. */
export async function onCluster<T>(options: LiveOptions, work: (place: Place) => Promise<T>): Promise<T> {
  const { connect } = await import("../cluster/client.ts");
  const { kubeconfig, context } = options;
  const said = new Set<string>();
  const onWarning = (text: string): void => {
    if (!said.has(text)) warn(text);
    said.add(text);
  };
  const api = await connect({ kubeconfig, context, onWarning });
  const namespace = options.namespace ?? api.namespace;
  try {
    return await work({ api, namespace, suffix: suffixOf(options, api.namespace) });
  } finally {
    api.close();
  }
}

function suffixOf({ kubeconfig, context, namespace }: LiveOptions, usual: string): string {
  const flags = [
    ...(namespace === undefined || namespace === usual ? [] : ["-n", namespace]),
    ...(context === undefined ? [] : ["--context", context]),
    ...(kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig]),
  ];
  return flags.map((word) => ` ${word}`).join("");
}

/** A command line that does something to an Application of this place. */
export const commandLine = (verb: string, name: string, { suffix }: Where): string =>
  `${programName} ${verb} ${name}${suffix}`;

export async function readApplication({ api, namespace }: Place, name: string): Promise<KubeObject> {
  const app = await read(api, resources.Application, namespace, name);
  if (!app) throw absent(namespace, name);
  return app;
}

export const absent = (namespace: string, name: string): Refusal =>
  new Refusal(`there is no Application ${namespace}/${name}`);

/** A list of a kind that the cluster does not know is not an empty one. */
export function unknownKind(error: unknown): never {
  if (error instanceof ApiError && error.isNotFound)
    throw new Refusal(`this cluster has no Applications of ${names.applicationVersion}`);
  throw error;
}

const attempts = 5;

/**
 * Reads, decides and writes; where somebody wrote in between, anew on what is there then. The vela CLI gives up at the first
 * conflict, or repeats what it had decided on an older state.
 */
export async function decided<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isConflict || tries === attempts) throw error;
    }
  }
}
