import { expect } from "chai";
import { program } from "./bed/network.ts";
import type { NoiseOptions } from "./bed/noise.ts";
import { untilRouted } from "./bed/proxies.ts";
import { type Finding, hostOf, probed, tableOf } from "./probe.ts";
import { isFull, say } from "./rig.ts";
import { Scene } from "./scene.ts";
import { faultOf } from "./split.ts";
import { clear, onStand } from "./stand.ts";
import { type Scenario, scenarios } from "./traffic-scenarios.ts";
import { podsAfterRoute, weightBeforeSubset } from "./wrong-order.ts";

/** Requests per second through each of the two proxies, for each scenario. */
const rate = isFull ? 130 : 100;
/** Istiod waits 100 ms for what else changes; what is deleted must be back by then, for which the machine must be idle. */
const alone = "deletion-by-hand";
/** More at a time, and two cores have no time left for who is tested. */
const laneCount = 3;

const told = ({ name, answered, failures, splits }: Finding): string =>
  `${name}: ${answered} answers, failed ${JSON.stringify(failures)}; ${splits
    .map(
      ({ weights, answered, deviation }) =>
        `${Object.values(weights).join("/")} in ${answered}: ${deviation.toFixed(1)} σ`,
    )
    .join(", ")}`;

/** One by one, each of them told, and all that it came to. */
function judge(findings: readonly Finding[], { planned, passing = [] }: Scenario): number {
  for (const finding of findings) say(told(finding));
  const known = [...planned, ...passing].map(tableOf);
  for (const { name, failures, answered, sent, splits, tables } of findings) {
    expect(failures, name).to.deep.equal({});
    expect(answered).to.equal(sent);
    expect(splits.map(({ weights }) => weights)).to.deep.equal(planned);
    expect(
      splits.flatMap((split) => faultOf(split) ?? []),
      name,
    ).to.deep.equal([]);
    expect(
      [...tables].filter((table) => !known.includes(table)),
      `${name} routed otherwise`,
    ).to.deep.equal([]);
  }
  return findings.reduce((sum, { answered }) => sum + answered, 0);
}

describe("traffic through real Envoys", function () {
  this.timeout(600_000);
  const stand = onStand("12s", []);
  let total = 0;

  async function play(name: string, prefix: string): Promise<readonly Finding[]> {
    const scene = new Scene(stand, `${prefix}-${name}`);
    await scene.begin();
    // In a mesh that never rests the first route takes as long as any other, and until then nobody listens.
    await untilRouted(stand.bed, hostOf(scene.namespace), { "reviews-v1": 100 });
    return probed(stand.bed, scene.namespace, rate, (measure) => scenarioOf(name).play(scene, measure));
  }

  /** Side by side, each in a namespace of its own: the mesh is a busy one. */
  function together(names: readonly string[], prefix: string): Map<string, Promise<readonly Finding[]>> {
    const lanes = Array.from({ length: laneCount }, () => Promise.resolve());
    const running = names.map((name, i) => {
      const run = (lanes[i % laneCount] ?? Promise.resolve()).then(() => play(name, prefix));
      // Each of them is awaited by its own test.
      lanes[i % laneCount] = run.then(
        () => {},
        () => {},
      );
      return [name, run] as const;
    });
    return new Map(running);
  }

  function scenes(prefix: string, names: readonly string[]): void {
    let running = new Map<string, Promise<readonly Finding[]>>();
    before(() => {
      running = together(names, prefix);
    });
    after(() =>
      clear(
        stand.bed,
        names.map((name) => `${prefix}-${name}`),
      ),
    );
    for (const name of names)
      it(`loses nothing in ${name.replaceAll("-", " ")}, and shares as planned`, async () => {
        total += judge((await running.get(name)) ?? [], scenarioOf(name));
      });
  }

  describe("while Applications change", () =>
    scenes(
      "traffic",
      Object.keys(scenarios).filter((name) => name !== alone),
    ));

  describe("while somebody deletes what is derived", () => scenes("alone", [alone]));

  if (isFull)
    describe("while the mesh changes every 60 ms", () => {
      before(() => {
        const options: NoiseOptions = { ca: stand.bed.certificates.ca, namespace: "default", everyMs: 60 };
        noise = stand.bed.start({
          name: "noise",
          command: [process.execPath, program("noise"), JSON.stringify(options)],
        });
      });
      after(() => noise?.stop());
      let noise: ReturnType<typeof stand.bed.start> | undefined;
      // Istiod and the proxies are busy already: two at a time leave the webhooks some of a small machine.
      describe("forwards and back", () => scenes("noise", ["upgrade-and-resume", "rollback"]));
      describe("sideways", () => scenes("noise", ["edit-in-mid-rollout", "scaling"]));
    });

  describe("where somebody does it by hand", () => {
    const failuresOf = (findings: readonly Finding[]): number[] => {
      for (const finding of findings) say(told(finding));
      return findings.map(({ failures }) => Object.values(failures).reduce((sum, n) => sum + n, 0));
    };

    it("sees it when weight comes before the subset", async () => {
      for (const lost of failuresOf(await weightBeforeSubset(stand.bed, "weight-first", rate)))
        expect(lost).to.be.above(0);
    });

    it("sees it when pods go before the proxies have the route", async () => {
      for (const lost of failuresOf(await podsAfterRoute(stand.bed, "pods-first", rate, false)))
        expect(lost).to.be.above(0);
    });

    it("sees nothing when the same pods go after that", async () => {
      expect(failuresOf(await podsAfterRoute(stand.bed, "route-first", rate, true))).to.deep.equal([0, 0]);
    });
  });

  describe("in all", () => {
    it("has sent many requests", () => {
      say(`${total} requests in all`);
      expect(total).to.be.at.least(isFull ? 100_000 : 10_000);
    });
  });
});

function scenarioOf(name: string): Scenario {
  const scenario = scenarios[name];
  if (!scenario) throw new Error(`there is no scenario ${name}`);
  return scenario;
}
