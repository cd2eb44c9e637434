import { readFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { type MeshProxy, proxiesIn } from "../mesh/proxies.ts";
import { asInteger, asList, asText, own } from "../model/json.ts";
import type { KubeObject } from "../model/world.ts";
import type { Api } from "./api.ts";
import type { Clock } from "./clock.ts";
import { Deadline } from "./deadline.ts";
import { listNow } from "./list.ts";
import { resources } from "./resources.ts";

/** An istiod: where it pushes to proxies without a certificate, and where it shows its debug interface, beside its metrics. */
export interface Istiod {
  readonly host: string;
  readonly pushPort: number;
  readonly debugPort: number;
}

/** Names in istiod's Service (istio: manifests/charts/istio-control/istio-discovery/templates/service.yaml). */
const portNames = { push: "grpc-xds", debug: "http-monitoring" } as const;
/** Milliseconds. */
const deadline = 5_000;
/** Bytes: about 1.5 kB for each proxy, so some 5000 proxies. A larger mesh is not asked. */
const maxAnswer = 8 * 2 ** 20;

/**
 * Every istiod of a namespace, of all revisions, ready or not: one that is ending has proxies until it ends. An EndpointSlice
 * has the labels of its Service, and Istio labels its own with `app: istiod`. Throws an IstiodError.
 */
export async function istiodsIn(api: Api, namespace: string): Promise<readonly Istiod[]> {
  const slices = await listNow({ api, resource: resources.EndpointSlice, namespace, labelSelector: "app=istiod" });
  const found = slices.flatMap((slice) => {
    const hosts = asList(own(slice, "endpoints")).flatMap(
      (endpoint) => asText(asList(own(endpoint, "addresses"))[0]) ?? [],
    );
    const [pushPort, debugPort] = [portOf(slice, portNames.push), portOf(slice, portNames.debug)];
    if (hosts.length > 0 && (pushPort === undefined || debugPort === undefined))
      throw new IstiodError(`a Service of istiod lacks the port ${portNames.push} or ${portNames.debug}`);
    return hosts.map((host) => [host, { host, pushPort: pushPort ?? 0, debugPort: debugPort ?? 0 }] as const);
  });
  if (found.length === 0) throw new IstiodError(`no Service in ${namespace} with the label app=istiod has endpoints`);
  return [...new Map(found).values()];
}

const portOf = (slice: KubeObject, name: string): number | undefined =>
  asInteger(
    own(
      asList(own(slice, "ports")).find((port) => own(port, "name") === name),
      "port",
    ),
  );

/** Why an istiod could not be asked, in words that are the same each time. */
export class IstiodError extends Error {}

/** Tokens rotate: it is read each time. Throws an IstiodError. */
export async function tokenIn(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch {
    throw new IstiodError(`${file} cannot be read`);
  }
}

/** The proxies that are connected to an istiod, now. Throws an IstiodError that names it. */
export async function connectedProxies(istiod: Istiod, token: string, clock: Clock): Promise<readonly MeshProxy[]> {
  const limit = new Deadline(clock, deadline, []);
  try {
    const text = await limit.within(ask(istiod, token, limit.signal));
    const proxies = proxiesIn(JSON.parse(text));
    if (proxies === undefined) throw new IstiodError("its list of proxies is not understood");
    return proxies;
  } catch (error) {
    throw new IstiodError(`istiod at ${istiod.host}: ${faultOf(error)}`);
  } finally {
    limit.end();
  }
}

function faultOf(error: unknown): string {
  if (error instanceof IstiodError) return error.message;
  return error instanceof SyntaxError ? "its list of proxies is not JSON" : "it cannot be reached";
}

function ask({ host, debugPort: port }: Istiod, token: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({
      host,
      port,
      path: "/debug/syncz",
      headers: { authorization: `Bearer ${token}` },
      signal,
    });
    sent.once("response", (answer) => bodyOf(answer).then(resolve, reject));
    sent.once("error", reject);
    sent.end();
  });
}

const refusals: Readonly<Record<number, string>> = {
  401: "it does not accept the token",
  403: "it does not let the namespace of the token see its debug interface",
  404: "it has no debug interface",
};

async function bodyOf(answer: IncomingMessage): Promise<string> {
  const { statusCode = 0 } = answer;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxAnswer) throw new IstiodError("it has more proxies than are asked about");
    chunks.push(chunk);
  }
  if (statusCode !== 200) throw new IstiodError(refusals[statusCode] ?? `it answers with HTTP status ${statusCode}`);
  return Buffer.concat(chunks).toString("utf8");
}
