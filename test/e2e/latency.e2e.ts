import { expect } from "chai";
import { place } from "../../src/install/place.ts";
import { addresses } from "./bed/addresses.ts";
import type { AppliesOptions } from "./bed/applies.ts";
import { program } from "./bed/network.ts";
import { say } from "./rig.ts";
import { exampleIn, injected, onStand } from "./stand.ts";

/** Our webhooks are not asked about the second one. In the first nothing is to be added, so that one of them is asked. */
const [asked, notAsked] = ["latency", "kube-system"] as const;
const namespaces = [asked, notAsked];
/** Rollguard has just been started: the first of them are told apart from those of a process that has run for a while. */
const times = 600;
const share = 200;

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;

const webhooks = ["mutate", "validate"] as const;

/** What each webhook had to do with Applications that were admitted, as the metrics have it: how many, and seconds in all. */
const admittedIn = (
  metrics: string,
): Readonly<Record<string, { readonly count: number; readonly seconds: number }>> => {
  const sumOf = (series: string, webhook: string): number =>
    metrics
      .split("\n")
      .filter((line) => line.startsWith(`rollguard_admission_duration_seconds_${series}{`))
      .filter((line) => line.includes(`webhook="${webhook}"`) && line.includes('allowed="true"'))
      .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
  return Object.fromEntries(
    webhooks.map((webhook) => [webhook, { count: sumOf("count", webhook), seconds: sumOf("sum", webhook) }]),
  );
};

const shown = (values: readonly number[]): string =>
  [0.1, 0.5, 0.95].map((part) => `p${part * 100} ${quantile(values, part).toFixed(1)} ms`).join(", ");

function tell(which: string, took: Readonly<Record<string, readonly number[]>>, from: number): void {
  const [withUs, without] = namespaces.map((namespace) => (took[namespace] ?? []).slice(from, from + share)) as [
    number[],
    number[],
  ];
  const more = (part: number) => (quantile(withUs, part) - quantile(without, part)).toFixed(1);
  say(`the ${which} ${share} applies with webhooks:    ${shown(withUs)}`);
  say(`the ${which} ${share} applies without webhooks: ${shown(without)}`);
  say(`more: ${more(0.5)} ms at the median, ${more(0.1)} ms at the fastest tenth, which others disturb least`);
}

describe("what the webhooks cost", function () {
  this.timeout(120_000);
  const stand = onStand("3s", namespaces);

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

  const admitted = async (): Promise<ReturnType<typeof admittedIn>> => {
    const { status, body } = await stand.bed.ask(`http://${addresses.rollguard}:${place.httpPort}/metrics`);
    expect(status).to.equal(200);
    return admittedIn(body);
  };

  it("is a few milliseconds of a server-side apply on a kept connection", async () => {
    const objects = Object.fromEntries(namespaces.map((namespace) => [namespace, paused(namespace)]));
    const options: AppliesOptions = { ca: stand.bed.certificates.ca, namespaces, times, objects };
    const before = await admitted();
    const { code, stdout, stderr } = await stand.bed.run([
      process.execPath,
      program("applies"),
      JSON.stringify(options),
    ]);
    expect(code, stderr).to.equal(0);
    // A time of what was not judged says nothing. An apply that the API server finds to have read an older one is judged again.
    const after = await admitted();
    const spent = (webhook: string, of: "count" | "seconds") =>
      (after[webhook]?.[of] ?? 0) - (before[webhook]?.[of] ?? 0);
    expect(spent("mutate", "count"), "mutate").to.equal(0);
    expect(spent("validate", "count"), "validate").to.be.within(times, 1.05 * times);
    const took = JSON.parse(stdout) as Readonly<Record<string, readonly number[]>>;
    for (const namespace of namespaces) expect(took[namespace], namespace).to.have.length(times);
    tell("first", took, 0);
    tell("last", took, times - share);
    const each = (spent("validate", "seconds") / spent("validate", "count")) * 1000;
    say(`of which Rollguard itself took ${each.toFixed(1)} ms, on average`);
  });
});
