import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "chai";
import { load } from "js-yaml";
import type { ResourceKind } from "../../src/cluster/resources.ts";
import { asObject, at } from "../../src/model/json.ts";
import { type KubeObject, nameOf } from "../../src/model/world.ts";
import type { Frame } from "../../src/simulate/frame.ts";
import { run } from "./bed/processes.ts";
import { type Cut, filmed, type Order, seenIn } from "./film.ts";
import { program } from "./install.ts";
import type { Replay } from "./replay.ts";
import { Scene } from "./scene.ts";
import { injected, onStand } from "./stand.ts";

const first = "manifests/examples/bookinfo.yaml";
const canary = "manifests/examples/bookinfo-canary.yaml";
const back = "manifests/examples/bookinfo-rollback.yaml";
const own = (name: string) => `test/simulate/${name}.yaml`;
const restartIstiod = "(restart istiod)";

/**
 * By name, the words of `rollguard simulate`, which are played in the cluster as well. What is in parentheses happens to the
 * cluster alone: the paper one has no istiod, and nobody deletes anything on it, so that nothing may come of it.
 */
const scripts: Readonly<Record<string, readonly string[]>> = {
  resume: [first, canary, "resume"],
  rollback: [first, canary, back],
  "rollback-after-completion": [first, canary, "resume", back],
  "taken-back": [first, canary, "rollback"],
  "flipped-back": [first, canary, "resume", first],
  superseded: [first, canary, own("superseded"), "resume"],
  terminated: [first, canary, "terminate"],
  restarted: [first, canary, "terminate", "restart", "resume"],
  "suspended-in-mid-step": [first, "ready-after 15s", canary, "+5s", "suspend", "+5s", "resume"],
  "suspended-and-back": [first, "fail reviews-v2", canary, "+5s", "suspend", "+5s", "resume", "+5s", back],
  "edited-in-mid-step": [first, "fail reviews-v2", canary, "+5s", own("superseded"), "resume"],
  "suspended-for-a-time": [own("canary-traffic"), own("short-suspend")],
  crashed: [first, canary, "ready-after 2s", "crash reviews-v2", "crash reviews-v1", "resume"],
  "deletion-by-hand": [
    first,
    canary,
    ...["DestinationRule", "VirtualService", "ComponentRollout"].map((kind) => `(delete ${kind})`),
    "resume",
  ],
  "never-ready-and-back": [first, "fail reviews-v2", canary, "+5s", back],
  "plain-update": [own("canary-traffic"), own("plain-update")],
  scaled: [own("canary-traffic"), own("six-pods"), own("two-pods")],
  "trait-removed": [first, own("no-rollout"), first],
  "pair-in-turn": [own("pair"), own("pair-in-turn"), "resume"],
  "pair-at-once": [own("pair"), own("pair-at-once")],
  "pair-in-groups": [own("pair"), own("pair-in-groups"), "resume"],
  "istiod-restart": [first, canary, restartIstiod, "resume"],
};
const orderOf = (script: string): Order => (/^pair-(at-once|in-groups)$/.test(script) ? "at once" : "in turn");
const laneCount = 6;
const settleSeconds = 3;
/** Nothing of ours is pending where nothing was stored for longer than the settle time, and than the time of a short suspend. */
const restMs = settleSeconds * 1_000 + 2_500;

const namespaceOf = (script: string): string => `foresight-${script}`;

describe("foresight", function () {
  this.timeout(300_000);
  const stand = onStand(`${settleSeconds}s`, Object.keys(scripts).map(namespaceOf));
  const running = new Map<string, Promise<void>>();
  const cuts = new Map<string, Cut[]>();

  /** The file with the namespace of its script, in which it has its hosts alone. */
  function written(namespace: string, file: string): { readonly path: string; readonly app: KubeObject } {
    const object = load(readFileSync(file, "utf8")) as KubeObject;
    const app = { ...object, metadata: { ...asObject(object["metadata"]), namespace } };
    const text = JSON.stringify(app).replace(/"hosts":\["[^"]*"\]/g, `"hosts":["${namespace}.example"]`);
    const folder = join(stand.bed.folder, namespace);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, basename(file));
    writeFileSync(path, text);
    return { path, app };
  }

  /** The controller has seen what was applied, and it is up to a person, or nobody. */
  function isAtRest(now: Replay, namespace: string, name: string): boolean {
    const app = now.get("Application", namespace, name);
    const [seen, generation] = [at(app, "status", "observedGeneration"), at(app, "metadata", "generation")];
    return seen === generation && !["starting", "runningWorkflow"].includes(String(at(app, "status", "status")));
  }

  /** While what was deleted comes back, there is less than there is on paper: that time is cut out, and nothing after it. */
  async function meddle(namespace: string, word: string): Promise<void> {
    const [verb, name = ""] = word.slice(1, -1).split(" ");
    if (verb === "restart") return stand.bed.servers.istiod.restart();
    const from = Date.now();
    const scene = new Scene(stand, namespace);
    await scene.deleteByHand(name as ResourceKind, "reviews", ["routed subset exists"]);
    await scene.untilQuiet(restMs);
    cuts.set(namespace, [...(cuts.get(namespace) ?? []), { from, to: Date.now() }]);
  }

  /** What a person does. Vela goes back to versions that were published, which is another thing. */
  async function command(namespace: string, word: string, app: string): Promise<void> {
    const { code, stdout, stderr } = word.includes("/")
      ? await stand.bed.kubectl(["apply", "-f", word])
      : word === "rollback"
        ? await stand.bed.run([process.execPath, program, word, app, "-n", namespace])
        : await stand.bed.vela(["workflow", word, app, "-n", namespace]);
    expect(code, `${word}: ${stdout}${stderr}`).to.equal(0);
  }

  async function act(namespace: string, word: string, app: string, next: string): Promise<void> {
    const [verb = "", value = ""] = word.split(" ");
    // Nothing happens while no pod becomes ready, so that the pause before this act is as good as any other.
    if (verb.startsWith("+")) return;
    if (verb.startsWith("(")) return meddle(namespace, word);
    if (verb === "fail") return stand.bed.behave({ namespace, revision: value, readyAfter: "never" });
    if (verb === "ready-after") return stand.bed.behave({ namespace, readyAfter: Number.parseInt(value, 10) * 1_000 });
    if (verb === "crash") await new Scene(stand, namespace).crash(value);
    else await command(namespace, word, app);
    const comesToRest = !next.startsWith("+");
    await stand.history.untilQuiet(namespace, restMs, (now) => !comesToRest || isAtRest(now, namespace, app));
  }

  async function framesOf(words: readonly string[]): Promise<Frame[]> {
    const flags = ["-o", "json", "--settle", `${settleSeconds}s`];
    const { stdout } = await run([process.execPath, program, "simulate", ...flags, ...words]);
    return JSON.parse(stdout).frames;
  }

  async function play(name: string, script: readonly string[]): Promise<void> {
    const namespace = namespaceOf(name);
    await stand.bed.apply(injected(namespace));
    const files = script.filter((word) => word.includes("/")).map((file) => written(namespace, file));
    const words = script.map((word) => (word.includes("/") ? join(stand.bed.folder, namespace, basename(word)) : word));
    const app = nameOf(files[0]?.app ?? {});
    for (const [i, word] of words.entries()) await act(namespace, word, app, words[i + 1] ?? "");
    const foreseen = seenIn(await framesOf(words.filter((word) => !word.startsWith("("))), orderOf(name));
    expect(Object.keys(foreseen)).to.have.length(/^pair/.test(name) ? 2 : 1);
    for (const lines of Object.values(foreseen)) expect(lines).to.have.length.above(3);
    const film = filmed(stand.history.inOrder(), { namespace, name: app, cuts: cuts.get(namespace) ?? [] });
    expect(seenIn(film, orderOf(name))).to.deep.equal(foreseen);
  }

  /** A few at a time: the machine is small. Without istiod nothing of the mesh can be written by anybody, so that comes last, alone. */
  before(() => {
    const start = (name: string, after: Promise<unknown>): Promise<void> => {
      const run = after.then(() => play(name, scripts[name] ?? []));
      running.set(name, run);
      // It is awaited by its own test.
      return run.catch(() => {});
    };
    const isShared = (name: string) => !scripts[name]?.includes(restartIstiod);
    const lanes = Array.from({ length: laneCount }, () => Promise.resolve());
    for (const [i, name] of Object.keys(scripts).filter(isShared).entries())
      lanes[i % laneCount] = start(name, lanes[i % laneCount] ?? Promise.resolve());
    let last: Promise<unknown> = Promise.all(lanes);
    for (const name of Object.keys(scripts).filter((name) => !isShared(name))) last = start(name, last);
  });

  for (const name of Object.keys(scripts))
    it(`simulates ${name.replaceAll("-", " ")} as it goes`, () => running.get(name));
});
