import { asInteger, asList, asObject, at, type Json, own } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { exampleIn } from "./stand.ts";

/** The component reviews of an example alone, reachable through the gateway too, changed as told. */
export function reviewsOf(
  namespace: string,
  file: string,
  change: (text: string) => string = (text) => text,
): KubeObject {
  const app = exampleIn(namespace, file);
  const spec = asObject(app["spec"]);
  const reviews = asList(spec["components"]).find((component) => own(component, "name") === "reviews");
  const traits = [...asList(own(reviews, "traits")), gatewayOf(namespace)];
  const object = { ...app, spec: { ...spec, components: [{ ...asObject(reviews), traits }] } };
  return JSON.parse(change(JSON.stringify(object)));
}

const gatewayOf = (namespace: string): Json => ({
  type: "istio-gateway",
  properties: {
    hosts: [`${namespace}.example`],
    gateway: "ingressgateway",
    match: [{ prefix: "/reviews" }],
    port: 9080,
  },
});

/** The weights that the steps of a workflow ask for, in order. */
export const asked = (app: KubeObject): Readonly<Record<string, number>>[] =>
  asList(at(app, "spec", "workflow", "steps"))
    .map((step) => asList(at(step, "properties", "traffic", "weightedTargets")))
    .filter((targets) => targets.length > 0)
    .map((targets) =>
      Object.fromEntries(
        targets.map((target) => [String(own(target, "revision")), asInteger(own(target, "weight")) ?? 0]),
      ),
    );

/** The canary once more, to a third revision. */
export const superseding = (text: string): string =>
  text.replaceAll("reviews-v2", "reviews-v3").replace(/(examples-bookinfo-reviews)-v\d:1\.16\.2/, "$1-v3:1.16.3");

/** Another number of pods, in batches of so many. */
export const sized =
  (size: number, batches: readonly number[]) =>
  (text: string): string =>
    text
      .replace(/"targetSize":\d+/, `"targetSize":${size}`)
      .replace(
        /"rolloutBatches":\[[^\]]*\]/,
        `"rolloutBatches":${JSON.stringify(batches.map((replicas) => ({ replicas })))}`,
      );
