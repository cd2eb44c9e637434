import { expect } from "chai";
import { asList, asText, at, own } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { example } from "../support/cases.ts";
import type { Bed } from "./bed/bed.ts";
import { History } from "./history.ts";
import { Rollguard } from "./install.ts";
import type { Replay } from "./replay.ts";
import { bedOfTest, say } from "./rig.ts";

/** One bed with Rollguard in it, shared by the files of this run that ask for it; the last one of them ends it. */
export interface Stand {
  readonly bed: Bed;
  readonly rollguard: Rollguard;
}

/** What a file has of it. */
export interface Standing extends Stand {
  readonly history: History;
}

let users = 0;
let standing: Promise<Stand> | undefined;
let settled = "";

/** Where a filter leaves out a file that asked for the bed, nobody is the last one. */
after(async () => (await standing)?.bed.stop());

async function raise(settle: string): Promise<Stand> {
  const bed = await bedOfTest();
  settled = settle;
  return { bed, rollguard: await Rollguard.install(bed, settle) };
}

async function stand(settle: string): Promise<Stand> {
  standing ??= raise(settle);
  const ready = await standing;
  if (settled !== settle) await ready.rollguard.restart(["--settle", settle]);
  settled = settle;
  return ready;
}

/** They are there in every cluster, and stay. */
const lasting: readonly string[] = ["default", "kube-system"];

/** Deletes namespaces, their Applications first: those promise their pods until then. */
export async function clear(bed: Bed, namespaces: readonly string[]): Promise<void> {
  for (const namespace of namespaces) {
    await bed.kubectl(["-n", namespace, "delete", "application", "--all"]);
    if (!lasting.includes(namespace)) await bed.kubectl(["delete", "namespace", namespace, "--wait=false"]);
  }
}

async function judge(history: History): Promise<void> {
  expect(await history.breaches(), "breaches of D11").to.deep.equal([]);
  say(`D11 has held at all ${history.stored.length} stored revisions`);
}

/**
 * Within a `describe`: the bed with Rollguard and the history of all that is stored while its tests run. In the end that is
 * judged by D11, and the namespaces go, or the bed with them.
 */
export function onStand(settle: string, namespaces: readonly string[]): Standing {
  users++;
  const now: { stand?: Stand; history?: History } = {};
  before(async function () {
    this.timeout(0);
    now.stand = await stand(settle);
    now.history = await History.begin(now.stand.bed);
  });
  after("D11 has held at every stored revision", async () => {
    try {
      if (now.history) await judge(now.history);
    } finally {
      now.history?.close();
      if (--users === 0) await (await standing)?.bed.stop();
      else if (now.stand) await clear(now.stand.bed, namespaces);
    }
  });
  const present = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("the bed stands only while tests run");
    return value;
  };
  return {
    get bed() {
      return present(now.stand).bed;
    },
    get rollguard() {
      return present(now.stand).rollguard;
    },
    get history() {
      return present(now.history);
    },
  };
}

/** A namespace whose pods get sidecars, as the story has it. */
export const injected = (name: string) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { "istio-injection": "enabled" } },
});

/** An example in a namespace of its own. Two Applications cannot claim one host, so it is the namespace's too. */
export function exampleIn(namespace: string, name: string): KubeObject {
  const text = JSON.stringify(example(name)).replaceAll('"hosts":["*"]', `"hosts":["${namespace}.example"]`);
  return { ...JSON.parse(text), metadata: { name: "book-info", namespace } };
}

export const application = (now: Replay, namespace: string): KubeObject | undefined =>
  now.get("Application", namespace, "book-info");

export const phaseOf = (now: Replay, namespace: string): string | undefined =>
  asText(at(application(now, namespace), "status", "status"));

/** The weights of the mesh's route to reviews. */
export function weightsIn(now: Replay, namespace: string): Readonly<Record<string, number>> {
  const [http] = asList(at(now.get("VirtualService", namespace, "reviews"), "spec", "http"));
  return Object.fromEntries(
    asList(own(http, "route"))
      .map((route) => [String(at(route, "destination", "subset")), Number(own(route, "weight"))] as const)
      .filter(([, weight]) => weight > 0),
  );
}

/** Whether the whole of reviews is one revision, and nothing else is left. */
export function isAlone(now: Replay, namespace: string, revision: string): boolean {
  const subsets = asList(at(now.get("DestinationRule", namespace, "reviews"), "spec", "subsets"));
  const others = now
    .in(namespace, "Deployment")
    .filter(({ metadata }) => /^reviews-/.test(String(own(metadata, "name"))));
  return (
    JSON.stringify(weightsIn(now, namespace)) === JSON.stringify({ [revision]: 100 }) &&
    subsets.length === 1 &&
    others.length === 1
  );
}
