import { expect } from "chai";
import { program } from "./bed/network.ts";
import type { NoiseOptions } from "./bed/noise.ts";
import { untilRouted } from "./bed/proxies.ts";
import { type Finding, hostOf, probed } from "./probe.ts";
import { say } from "./rig.ts";
import { Scene, scenarios } from "./scenarios.ts";
import { clear, onStand } from "./stand.ts";
import { wrongOrder } from "./wrong-order.ts";

/** Requests per second through each of the two proxies, for each scenario. */
const rate = process.env["FULL"] === undefined ? 100 : 130;
/** Istiod waits 100 ms for what else changes; what is deleted must be back by then, for which the machine must be idle. */
const alone = "deletion-by-hand";
const isFull = process.env["FULL"] !== undefined;

const told = ({ name, answered, failures, splits }: Finding): string =>
  `${name}: ${answered} answers, failed ${JSON.stringify(failures)}; ${splits
    .map(
      ({ weights, answered, deviation }) =>
        `${Object.values(weights).join("/")} in ${answered}: ${deviation.toFixed(1)} σ`,
    )
    .join(", ")}`;

/** One by one, each of them told, and all that it came to. */
function judge(findings: readonly Finding[]): number {
  for (const finding of findings) say(told(finding));
  for (const { failures, answered, sent, splits } of findings) {
    expect(failures).to.deep.equal({});
    expect(answered).to.equal(sent);
    expect(splits).not.to.deep.equal([]);
    for (const split of splits) expect(split.deviation, JSON.stringify(split)).to.be.below(4);
  }
  return findings.reduce((sum, { answered }) => sum + answered, 0);
}

describe("traffic through real Envoys", function () {
  this.timeout(600_000);
  const stand = onStand("12s", []);
  let total = 0;

  /** Side by side, each in a namespace of its own: the mesh is a busy one. */
  function together(names: readonly string[], prefix: string): Map<string, Promise<readonly Finding[]>> {
    const play = async (name: string) => {
      const scene = new Scene(stand, `${prefix}-${name}`);
      await scene.begin();
      // In a mesh that never rests the first route takes as long as any other, and until then nobody listens.
      await untilRouted(stand.bed, hostOf(scene.namespace), { "reviews-v1": 100 });
      return probed(stand.bed, scene.namespace, rate, () => scenarios[name]?.(scene) ?? Promise.reject(name));
    };
    const running = names.map((name) => [name, play(name)] as const);
    // Each of them is awaited by its own test.
    for (const [, run] of running) run.catch(() => {});
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
      it(`loses nothing in ${name.replaceAll("-", " ")}`, async () => {
        total += judge((await running.get(name)) ?? []);
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
    it("sees it when the order is wrong", async () => {
      const findings = await wrongOrder(stand.bed, "wrong-order", rate);
      for (const finding of findings) say(told(finding));
      for (const { failures } of findings) expect(Object.keys(failures)).not.to.deep.equal([]);
    });
  });

  describe("in all", () => {
    it("has satisfied D11 at every stored revision", async () => {
      say(`${total} requests in all`);
      expect(await stand.history.breaches()).to.deep.equal([]);
      if (isFull) expect(total).to.be.at.least(100_000);
    });
  });
});
