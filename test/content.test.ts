import { readFileSync } from "node:fs";
import { expect } from "chai";
import { load } from "js-yaml";
import { type Component, readApplication } from "../src/model/application.ts";
import type { JsonObject } from "../src/model/json.ts";
import { contentHash } from "../src/model/revision.ts";
import { templateOf } from "../src/render/pod-template.ts";
import { example } from "./support/cases.ts";

interface Deviation {
  readonly properties?: JsonObject;
  readonly traits?: readonly JsonObject[];
}
interface Pair {
  readonly name: string;
  readonly a: Deviation;
  readonly b?: Deviation;
}

const seed = example("bookinfo") as { spec: { components: { properties: JsonObject; traits: JsonObject[] }[] } };

function component({ properties = {}, traits = [] }: Deviation = {}): Component {
  const raw = structuredClone(seed);
  const [first] = raw.spec.components;
  if (first) {
    Object.assign(first.properties, properties);
    first.traits.push(...(traits as JsonObject[]));
  }
  return readApplication(raw).components[0] as Component;
}

const pods = (of: Component) => {
  const app = readApplication({ metadata: { name: "a", labels: { "sidecar.istio.io/inject": "true" } } });
  return templateOf(of, { app, settleSeconds: 12 } as Parameters<typeof templateOf>[1], undefined);
};

const { same, different } = load(readFileSync("test/content.yaml", "utf8")) as Record<"same" | "different", Pair[]>;

describe("the content of a revision", () => {
  for (const { name, a, b } of same)
    it(`stays the same: ${name}`, () => {
      expect(contentHash(component(a))).to.equal(contentHash(component(b)));
      expect(normal(pods(component(a)))).to.deep.equal(normal(pods(component(b))));
    });
  for (const { name, a, b } of different)
    it(`is another: ${name}`, () => {
      expect(contentHash(component(a))).to.not.equal(contentHash(component(b)));
      expect(normal(pods(component(a)))).to.not.deep.equal(normal(pods(component(b))));
    });
});

/** The pods as the API server completes them, as far as the pairs differ there. */
const normal = (template: JsonObject): unknown =>
  JSON.parse(JSON.stringify(template), (key, value) =>
    key === "readinessProbe" && value !== null
      ? { periodSeconds: 10, timeoutSeconds: 1, ...value, httpGet: { scheme: "HTTP", ...value.httpGet } }
      : value,
  );
