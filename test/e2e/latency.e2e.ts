import { expect } from "chai";
import type { AppliesOptions } from "./bed/applies.ts";
import { program } from "./bed/network.ts";
import { say } from "./rig.ts";
import { exampleIn, injected, onStand } from "./stand.ts";

/** Our webhooks are not asked about the second one. */
const [asked, notAsked] = ["latency", "kube-system"] as const;
const times = 200;

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;

describe("what the webhooks cost", function () {
  this.timeout(120_000);
  const stand = onStand("3s", [asked, notAsked]);

  before(() => stand.bed.apply(injected(asked)));

  /** Every apply changes an image, so that it is judged whole; the controller is kept from all of them. */
  const paused = (namespace: string): string => {
    const object = exampleIn(namespace, "bookinfo");
    const metadata = { name: "book-info", namespace, labels: { "controller.core.oam.dev/pause": "true" } };
    return JSON.stringify({ ...object, metadata }).replace(
      /docker\.io\/istio\/examples-bookinfo-ratings[^"]*/,
      "IMAGE",
    );
  };

  it("is a few milliseconds of a server-side apply on a kept connection", async () => {
    const namespaces = [asked, notAsked];
    const objects = Object.fromEntries(namespaces.map((namespace) => [namespace, paused(namespace)]));
    const options: AppliesOptions = { ca: stand.bed.certificates.ca, namespaces, times, objects };
    const { code, stdout, stderr } = await stand.bed.run([
      process.execPath,
      program("applies"),
      JSON.stringify(options),
    ]);
    expect(code, stderr).to.equal(0);
    const took = JSON.parse(stdout) as Readonly<Record<string, readonly number[]>>;
    const [withUs, without] = namespaces.map((namespace) => took[namespace] ?? []) as [number[], number[]];
    const shown = (values: readonly number[]) =>
      [0.1, 0.5, 0.95].map((share) => `p${share * 100} ${quantile(values, share).toFixed(1)} ms`).join(", ");
    say(`${times} applies with webhooks:    ${shown(withUs)}`);
    say(`${times} applies without webhooks: ${shown(without)}`);
    const more = (share: number) => (quantile(withUs, share) - quantile(without, share)).toFixed(1);
    say(`more: ${more(0.5)} ms at the median, ${more(0.1)} ms at the fastest tenth, which others disturb least`);
  });
});
