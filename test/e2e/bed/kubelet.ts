/**
 * A program: scheduler and kubelet in one, for one node. It binds every pod to itself, gives it an address and a small HTTP
 * server, and tells the API server what a kubelet would.
 */
import { createServer } from "node:http";
import { addresses, podAddress, podAddressCount, ports } from "./addresses.ts";
import { type Behaviour, behaviourOf, covers, type Override } from "./behaviour.ts";
import { type Account, KubeletClient, type Pod } from "./kubelet-client.ts";
import { KubeletPod } from "./kubelet-pod.ts";

export interface KubeletSettings {
  readonly account: Account;
  readonly secondMs: number;
  readonly behaviour: Behaviour;
}

const node = "node-1";
const settings = JSON.parse(process.argv[2] ?? "") as KubeletSettings;
const client = new KubeletClient(settings.account);
const pods = new Map<string, { readonly pod: KubeletPod; seen: Pod }>();
const overrides: Override[] = [];
const used = new Set<string>();
let next = 0;

/** An address comes back late, so that a test never meets the wrong pod at an old one. */
function takeAddress(): string {
  for (let tries = 0; tries < podAddressCount; tries++) {
    const address = podAddress(next++ % podAddressCount);
    if (!used.has(address)) return address;
  }
  throw new Error("no address is free");
}

/** One pod's fault is not the node's. */
function apart(name: string, work: Promise<void>): void {
  work.catch((error: unknown) => process.stderr.write(`${name}: ${String(error)}\n`));
}

function adopt(seen: Pod): KubeletPod {
  // After a restart of the kubelet, pods keep the addresses that everybody knows.
  const address = seen.status?.podIP ?? takeAddress();
  used.add(address);
  const behaviour = (pod: Pod) => behaviourOf(pod, settings.behaviour, overrides);
  const pod = new KubeletPod(seen, { client, node, address, secondMs: settings.secondMs, behaviour });
  pods.set(seen.metadata.uid, { pod, seen });
  return pod;
}

const isOver = (pod: Pod): boolean => pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";

function seen(pod: Pod): void {
  const { uid, name, deletionTimestamp } = pod.metadata;
  const known = pods.get(uid);
  if (known === undefined && isOver(pod) && deletionTimestamp === undefined) return;
  if (known !== undefined) known.seen = pod;
  const mine = known?.pod ?? adopt(pod);
  if (known === undefined && deletionTimestamp === undefined) apart(name, mine.start());
  apart(name, mine.update(pod));
}

function gone(uid: string): void {
  const known = pods.get(uid);
  if (known === undefined) return;
  known.pod.end();
  used.delete(known.pod.address);
  pods.delete(uid);
}

async function registerNode(): Promise<void> {
  const at = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  await client.call("POST", "/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata: { name: node } });
  const resources = { cpu: "1000", memory: "1000Gi", pods: String(podAddressCount) };
  const condition = { type: "Ready", status: "True", reason: "KubeletReady", message: "a double of the kubelet" };
  const status = {
    conditions: [{ ...condition, lastHeartbeatTime: at, lastTransitionTime: at }],
    addresses: [{ type: "InternalIP", address: addresses.node }],
    capacity: resources,
    allocatable: resources,
  };
  await client.call("PATCH", `/api/v1/nodes/${node}/status`, { status }, "application/strategic-merge-patch+json");
}

/** What tests tell: `POST /behave` and `POST /crash` with an Override, `GET /healthz`. */
function act(path: string, body: string): void {
  if (path === "/healthz") return;
  const override = JSON.parse(body) as Override;
  if (path === "/behave") overrides.push(override);
  for (const { pod, seen: last } of pods.values()) {
    if (!covers(override, last)) continue;
    apart(last.metadata.name, path === "/crash" ? pod.crash() : pod.refresh());
  }
}

const control = createServer((request, response) => {
  const parts: string[] = [];
  request.setEncoding("utf8").on("data", (text: string) => parts.push(text));
  request.on("end", () => {
    act(request.url ?? "", parts.join(""));
    response.end("ok\n");
  });
});

await registerNode();
control.listen(ports.kubelet, addresses.node);
await client.follow(seen, gone);
