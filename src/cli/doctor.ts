import { type Api, ApiError } from "../cluster/api.ts";
import { sleep, systemClock } from "../cluster/clock.ts";
import { listNow } from "../cluster/list.ts";
import { readPlatform } from "../cluster/platform.ts";
import { type ResourceKind, resources } from "../cluster/resources.ts";
import { read } from "../cluster/writes.ts";
import {
  type Finding,
  holderOf,
  judgeController,
  judgeIstio,
  judgeKinds,
  judgeKubernetes,
  judgeVelaCore,
  judgeWebhooks,
  neededKinds,
  renewalOf,
} from "../install/diagnosis.ts";
import { place } from "../install/place.ts";
import { asList, asText, own } from "../model/json.ts";
import { velaCore, velaCoreRuns } from "../model/vela-core.ts";
import { type KubeObject, worldOf } from "../model/world.ts";
import { type LiveOptions, onCluster } from "./live.ts";
import { colour, print, printable, table } from "./print.ts";
import { type ExitCode, exitCodes } from "./usage.ts";

export interface DoctorOptions extends LiveOptions {
  readonly output: "text" | "json";
}

/** Says what a cluster lacks for Rollguard to work in it, or what keeps it from doing so. */
export const doctor = (options: DoctorOptions): Promise<ExitCode> =>
  onCluster(options, async ({ api, namespace }) => {
    const findings = await examine(api, options.namespace === undefined ? place.namespace : namespace);
    print(options.output === "json" ? JSON.stringify(findings, null, 2) : table(findings.map(row)));
    return findings.some(({ state }) => state === "failed") ? exitCodes.refused : exitCodes.ok;
  });

const colours: Readonly<Record<Finding["state"], (text: string) => string>> = {
  ok: colour.green,
  warning: colour.yellow,
  failed: colour.red,
  unknown: colour.dim,
};

const row = ({ check, state, message }: Finding): string[] => [colours[state](state), check, printable(message)];

/** A cluster that cannot be reached is no finding; one thing that may not be read does not hide the others. */
async function examine(api: Api, home: string): Promise<readonly Finding[]> {
  const platform = await readPlatform(api);
  const isVelaCoreHere = seesVelaCore(api);
  const checks: readonly (readonly [string, () => Promise<Omit<Finding, "check">>])[] = [
    ["Kubernetes", async () => judgeKubernetes(platform)],
    ["Istio", async () => judgeIstio(platform)],
    ["kinds", async () => judgeKinds(await served(api))],
    ["webhooks", async () => judgeWebhooks(await configurations(api))],
    ["vela-core", async () => judgeVelaCore(await isVelaCoreHere)],
    [
      "controller",
      async () => judgeController(...(await leaseTwice(api, home)), await isVelaCoreHere.catch(() => false)),
    ],
  ];
  return Promise.all(checks.map(([check, judge]) => judge().then(...told(check))));
}

const told = (check: string) =>
  [
    (judged: Omit<Finding, "check">): Finding => ({ check, ...judged }),
    (error: unknown): Finding => {
      if (error instanceof ApiError) return { check, state: "unknown", message: error.message };
      throw error;
    },
  ] as const;

async function served(api: Api): Promise<Record<string, readonly string[]>> {
  const found = Object.keys(neededKinds).map(async (version): Promise<[string, readonly string[]]> => {
    const answer = await ifThere(api.call({ path: `/apis/${version}` }));
    return [version, asList(own(answer, "resources")).flatMap((resource) => asText(own(resource, "name")) ?? [])];
  });
  return Object.fromEntries(await Promise.all(found));
}

async function ifThere(call: Promise<KubeObject>): Promise<KubeObject | undefined> {
  return call.catch((error: unknown) => {
    if (error instanceof ApiError && error.isNotFound) return undefined;
    throw error;
  });
}

const webhookKinds: readonly ResourceKind[] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

async function configurations(api: Api): Promise<readonly KubeObject[]> {
  const found = await Promise.all(webhookKinds.map((kind) => read(api, resources[kind], "", place.name)));
  return found.filter((configuration) => configuration !== undefined);
}

/** Three renewals of a leader that lives. */
const patience = 6_000;

/** The Lease, and what it is after its next renewal, or when none has come. */
async function leaseTwice(api: Api, home: string): Promise<[KubeObject | undefined, KubeObject | undefined]> {
  const lease = () => read(api, resources.Lease, home, place.lease);
  const before = await lease();
  if (holderOf(before) === "") return [before, before];
  for (const end = systemClock.now() + patience; systemClock.now() < end; ) {
    await sleep(systemClock, 250);
    const after = await lease();
    if (renewalOf(after) !== renewalOf(before)) return [before, after];
  }
  return [before, before];
}

/** As the controller sees it. */
async function seesVelaCore(api: Api): Promise<boolean> {
  const webhooks = await listNow({ api, resource: resources.ValidatingWebhookConfiguration });
  const deployment = await read(api, resources.Deployment, velaCore.namespace, velaCore.name);
  return velaCoreRuns(worldOf([...webhooks, ...(deployment ? [deployment] : [])]));
}
