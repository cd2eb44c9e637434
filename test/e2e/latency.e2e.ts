import { expect } from "chai";
import { place } from "../../src/install/place.ts";
import { asList, asObject, own } from "../../src/model/json.ts";
import { addresses } from "./bed/addresses.ts";
import type { AppliesOptions } from "./bed/applies.ts";
import { program } from "./bed/network.ts";
import { say } from "./rig.ts";
import { exampleIn, injected, onStand } from "./stand.ts";

/** In the first nothing is to be added, so that one webhook is asked; in the second steps are to be named; about the third none is asked. */
const [asked, unnamed, notAsked] = ["latency", "latency-unnamed", "kube-system"] as const;
const namespaces = [asked, unnamed, notAsked];
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
  const of = (namespace: string) => (took[namespace] ?? []).slice(from, from + share);
  const more = (namespace: string, part: number) =>
    `${(quantile(of(namespace), part) - quantile(of(notAsked), part)).toFixed(1)} ms`;
  say(`the ${which} ${share} applies without webhooks: ${shown(of(notAsked))}`);
  say(`the ${which} ${share} applies with webhooks:    ${shown(of(asked))}`);
  say(`more: ${more(asked, 0.5)} at the median, ${more(asked, 0.1)} at the fastest tenth, which others disturb least`);
  say(`more where steps have no names, so that two are asked: ${more(unnamed, 0.5)} at the median`);
}

describe("what the webhooks cost", function () {
  this.timeout(120_000);
  const stand = onStand("3s", namespaces);

  before(async () => {
    for (const namespace of [asked, unnamed]) await stand.bed.apply(injected(namespace));
  });

  /** Every apply changes an image, so that it is judged whole; the controller is kept from all of them. */
  const paused = (namespace: string): string => {
    const object = exampleIn(namespace, "bookinfo");
    const spec = asObject(object["spec"]);
    const components = asList(own(spec, "components")).map((component) => own(component, "name"));
    const steps = components.map((component) => ({ type: "apply-component", properties: { component } }));
    const metadata = { name: "book-info", namespace, labels: { "controller.core.oam.dev/pause": "true" } };
    const workflow = namespace === unnamed ? { workflow: { steps } } : {};
    return JSON.stringify({ ...object, metadata, spec: { ...spec, ...workflow } }).replace(
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
    // A time of what was not judged says nothing. The API server asks again about a write that it had based on a stale read
    // (k8s.io/apiserver: pkg/storage/etcd3/store.go, GuaranteedUpdate).
    const after = await admitted();
    const spent = (webhook: string, of: "count" | "seconds") =>
      (after[webhook]?.[of] ?? 0) - (before[webhook]?.[of] ?? 0);
    for (const [webhook, count] of Object.entries({ mutate: times, validate: 2 * times }))
      expect(spent(webhook, "count"), webhook).to.be.within(count, 1.05 * count);
    const took = JSON.parse(stdout) as Readonly<Record<string, readonly number[]>>;
    for (const namespace of namespaces) expect(took[namespace], namespace).to.have.length(times);
    tell("first", took, 0);
    tell("last", took, times - share);
    const each = (webhook: string) => ((spent(webhook, "seconds") / spent(webhook, "count")) * 1000).toFixed(1);
    say(`of which Rollguard itself took ${each("validate")} ms to judge and ${each("mutate")} ms to add, on average`);
  });
});
