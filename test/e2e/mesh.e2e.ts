import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { place } from "../../src/install/place.ts";
import { asInteger, asList, asText, at } from "../../src/model/json.ts";
import { nameOf } from "../../src/model/world.ts";
import { addresses } from "./bed/addresses.ts";
import type { Bed } from "./bed/bed.ts";
import { program } from "./bed/network.ts";
import type { NoiseOptions } from "./bed/noise.ts";
import { readyFor, untilRouted, type Weights } from "./bed/proxies.ts";
import { History } from "./history.ts";
import { Rollguard } from "./install.ts";
import { type Finding, hostOf, probed } from "./probe.ts";
import type { Replay } from "./replay.ts";
import { bedOfTest, itInFull, say } from "./rig.ts";
import { Scene } from "./scene.ts";
import { application, phaseOf, weightsIn } from "./stand.ts";

const rate = 100;
/** Nobody would wait so long for each step; whoever is done sooner was told that every proxy follows. */
const settleSeconds = 45;
/** Where nobody can be told so. */
const shorterSeconds = 12;

const isServedBy = (now: Replay, namespace: string, revision: string): boolean =>
  JSON.stringify(weightsIn(now, namespace)) === JSON.stringify({ [revision]: 100 }) &&
  now.in(namespace, "Deployment").filter((object) => /^reviews-/.test(nameOf(object))).length === 1 &&
  phaseOf(now, namespace) === "running";

/** What Rollguard logged of why it cannot confirm. */
const complaints = (rollguard: Rollguard): string[] =>
  readFileSync(rollguard.process.log, "utf8")
    .split("\n")
    .filter((line) => line.includes("cannot confirm what proxies have"))
    .map((line) => asText(at(JSON.parse(line), "message")) ?? "");

/** It says why when the settle time is over, and each reason once. */
async function untilSaid(rollguard: Rollguard, reason: string): Promise<void> {
  const said = () => complaints(rollguard).filter((line) => line.includes(reason)).length;
  await rollguard.process.ready(async () => said() > 0, 10_000);
  expect(said()).to.equal(1);
}

describe("what every proxy is seen to have", function () {
  this.timeout(600_000);
  let bed: Bed;
  let rollguard: Rollguard;
  let history: History;
  let token = "";

  before(async function () {
    this.timeout(0);
    bed = await bedOfTest();
    rollguard = await Rollguard.install(bed, `${settleSeconds}s`);
    token = join(bed.folder, "istio-token");
    const account = ["-n", place.namespace, "create", "token", place.name, "--audience=istio-ca", "--duration=12h"];
    writeFileSync(token, (await bed.mustKubectl(account)).trim());
    await rollguard.restart(["--istiod-namespace", "istio-system", "--istiod-token", token]);
    history = await History.begin(bed);
  });
  after(async () => {
    history?.close();
    await bed?.stop();
  });

  const seconds = async (act: () => Promise<unknown>): Promise<number> => {
    const began = performance.now();
    await act();
    return (performance.now() - began) / 1000;
  };

  const toPause = (scene: Scene): Promise<number> =>
    seconds(async () => {
      await scene.canary();
      await scene.untilPause();
    });

  const isLessOf = (now: Replay, namespace: string, revision: string): boolean =>
    (asInteger(at(now.get("Deployment", namespace, revision), "spec", "replicas")) ?? 0) < 2;

  /** Does something, and sees that pods of v1 are told to go only when the proxies themselves show the weights. */
  async function inOrder(
    scene: Scene,
    weights: Weights,
    isGoing: (now: Replay) => boolean,
    act: () => Promise<unknown>,
  ) {
    const time = () => performance.now();
    const followed = untilRouted(bed, hostOf(scene.namespace), weights, { timeoutMs: 60_000 }).then(time);
    const went = history.until("pods of reviews-v1 go", isGoing).then(time);
    const [ahead = 0, behind = 0] = await Promise.all([followed, went, act()]);
    say(`the proxies had ${Object.values(weights).join("/")} ${(behind - ahead).toFixed(0)} ms before pods went`);
    expect(behind).to.be.above(ahead);
  }

  /** When the weights of a new revision are stored, before istiod pushes them, every proxy is ready to follow. */
  async function announced({ namespace }: Scene, revision: string): Promise<void> {
    await history.until(`${revision} has weight`, (now) => (weightsIn(now, namespace)[revision] ?? 0) > 0);
    expect(await readyFor(bed, hostOf(namespace), revision)).to.have.lengthOf(2);
  }

  /** From 100 to 90/10 with one pod less of the old, and on to the end. Returns the seconds of both. */
  async function upgrade(scene: Scene): Promise<readonly number[]> {
    const { namespace } = scene;
    const first = await seconds(() =>
      inOrder(
        scene,
        { "reviews-v1": 90, "reviews-v2": 10 },
        (now) => isLessOf(now, namespace, "reviews-v1"),
        () => Promise.all([toPause(scene), announced(scene, "reviews-v2")]),
      ),
    );
    const second = await seconds(() =>
      inOrder(
        scene,
        { "reviews-v2": 100 },
        (now) => now.get("Deployment", namespace, "reviews-v1") === undefined,
        async () => {
          await scene.resume();
          await history.until("reviews-v2 serves alone", (now) => isServedBy(now, namespace, "reviews-v2"));
        },
      ),
    );
    return [first, second];
  }

  async function begun(namespace: string): Promise<Scene> {
    const scene = new Scene({ bed, history }, namespace);
    await scene.prepare();
    await scene.deploy();
    await history.until("reviews-v1 serves", (now) => isServedBy(now, namespace, "reviews-v1"));
    await untilRouted(bed, hostOf(namespace), { "reviews-v1": 100 });
    return scene;
  }

  const noFailure = (findings: readonly Finding[]): void => {
    for (const { name, answered, sent, failures } of findings) {
      say(`${name}: ${answered} answers, failed ${JSON.stringify(failures)}`);
      expect(failures).to.deep.equal({});
      expect(answered).to.equal(sent);
    }
  };

  it("ends a rollout long before the settle time, and loses nothing", async () => {
    const scene = await begun("mesh-quick");
    let took: readonly number[] = [];
    noFailure(
      await probed(bed, scene.namespace, rate, async () => {
        took = await upgrade(scene);
        await scene.untilQuiet(3_000);
      }),
    );
    say(
      `${took.map((time) => time.toFixed(1)).join(" s to the pause, ")} s to the end; settle time ${settleSeconds} s`,
    );
    for (const time of took) expect(time).to.be.below(settleSeconds / 2);
    expect(complaints(rollguard)).to.deep.equal([]);
  });

  it("waits for as long as the mesh takes, in one that changes every 60 ms", async () => {
    const scene = await begun("mesh-busy");
    const options: NoiseOptions = { ca: bed.certificates.ca, namespace: "default", everyMs: 60 };
    const noise = bed.start({ name: "noise", command: [process.execPath, program("noise"), JSON.stringify(options)] });
    try {
      let took: readonly number[] = [];
      noFailure(
        await probed(bed, scene.namespace, rate, async () => {
          took = await upgrade(scene);
        }),
      );
      say(`${took.map((time) => time.toFixed(1)).join(" s to the pause, ")} s to the end`);
      for (const time of took) expect(time).to.be.below(settleSeconds);
    } finally {
      await noise.stop();
    }
  });

  it("takes the settle time where one proxy of all does not follow", async () => {
    await rollguard.restart(["--settle", `${shorterSeconds}s`]);
    const scene = await begun("mesh-lagging");
    bed.servers.gateway.kill("SIGSTOP");
    try {
      const took = await toPause(scene);
      say(`${took.toFixed(1)} s to the pause; twice a settle time of ${shorterSeconds} s`);
      expect(took).to.be.within(2 * shorterSeconds, 3 * shorterSeconds);
    } finally {
      bed.servers.gateway.kill("SIGCONT");
    }
    await untilRouted(
      bed,
      hostOf(scene.namespace),
      { "reviews-v1": 90, "reviews-v2": 10 },
      { proxies: [addresses.gateway] },
    );
    await untilSaid(rollguard, "not every proxy was seen to follow in time");
  });

  itInFull("takes the settle time where istiod shows nothing, and says so once", async () => {
    await bed.servers.istiod.restart({ env: { ENABLE_DEBUG_ON_HTTP: "false" } });
    await bed.servers.istiod.ready(async () => (await bed.ask(`http://${addresses.istiod}:8080/ready`)).status === 200);
    const scene = await begun("mesh-silent");
    const took = await toPause(scene);
    say(`${took.toFixed(1)} s to the pause; twice a settle time of ${shorterSeconds} s`);
    expect(took).to.be.within(2 * shorterSeconds, 3 * shorterSeconds);
    await untilSaid(rollguard, "it has no debug interface");
    for (const line of complaints(rollguard)) say(line);
  });

  it("has satisfied D11 at every stored revision", async () => {
    expect(asList(at(application(history.now, "mesh-quick"), "status", "services"))).not.to.deep.equal([]);
    expect(await history.breaches()).to.deep.equal([]);
  });
});
