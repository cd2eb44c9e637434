import { expect } from "chai";
import fc from "fast-check";
import jsonPatch, { type Operation } from "fast-json-patch";
import { mutated } from "../src/admission/patch.ts";
import { changeOf } from "../src/model/change.ts";
import { at, type JsonObject } from "../src/model/json.ts";
import { worldOf } from "../src/model/world.ts";
import { mutations } from "../src/mutations/index.ts";
import { baseWorld, example } from "./support/cases.ts";

const emptyWorld = worldOf([]);
const injecting = worldOf(baseWorld);
const mutate = (object: JsonObject, world = emptyWorld) => mutated(changeOf(object), world);
const examples = ["bookinfo", "bookinfo-canary", "bookinfo-rollback"];
const withSteps = (steps: unknown): JsonObject =>
  ({
    ...example("bookinfo-canary"),
    spec: { ...(example("bookinfo-canary")["spec"] as object), workflow: { steps } },
  }) as JsonObject;

describe("mutations", () => {
  for (const name of examples) {
    it(`label ${name} for the sidecar where the namespace does not inject`, () => {
      const { object, patch } = mutate(example(name));
      expect(patch.map(({ path }) => path)).to.deep.equal([
        "/metadata/labels",
        "/metadata/labels/sidecar.istio.io~1inject",
      ]);
      expect(at(object, "metadata", "labels")).to.deep.equal({ "sidecar.istio.io/inject": "true" });
    });
    it(`leave ${name} alone where the namespace injects`, () => {
      expect(mutate(example(name), injecting).patch).to.deep.equal([]);
    });
  }

  it("leave alone what needs no mesh", () => {
    const bookinfo = example("bookinfo");
    const components = (at(bookinfo, "spec", "components") as JsonObject[]).slice(2);
    expect(mutate({ ...bookinfo, spec: { components } }).patch).to.deep.equal([]);
  });

  it("never replace a label that the user set", () => {
    for (const value of ["false", "", "true"]) {
      const metadata = { name: "book-info", labels: { "sidecar.istio.io/inject": value } };
      expect(mutate({ ...example("bookinfo"), metadata }).patch, value).to.deep.equal([]);
    }
  });

  it("never outdo an annotation by which the user refuses the sidecar", () => {
    const annotations = { "sidecar.istio.io/inject": "false" };
    const bookinfo = example("bookinfo");
    expect(mutate({ ...bookinfo, metadata: { name: "book-info", annotations } }).patch).to.deep.equal([]);
    const [reviews, ...others] = at(bookinfo, "spec", "components") as JsonObject[];
    const refusing = {
      ...reviews,
      traits: [...(at(reviews, "traits") as JsonObject[]), { type: "annotations", properties: annotations }],
    };
    expect(mutate({ ...bookinfo, spec: { components: [refusing, ...others] } }).patch).to.deep.equal([]);
    const accepting = { "sidecar.istio.io/inject": "true" };
    expect(mutate({ ...bookinfo, metadata: { name: "book-info", annotations: accepting } }).patch).to.have.length(2);
  });

  it("name unnamed steps and sub-steps by their place", () => {
    const steps = [
      { type: "suspend" },
      { name: "mine", type: "step-group", subSteps: [{ type: "suspend" }, { name: "", type: "suspend" }] },
    ];
    const { object, patch } = mutate(withSteps(steps), injecting);
    expect(patch.map(({ path, value }) => [path, value])).to.deep.equal([
      ["/spec/workflow/steps/0/name", "step-0"],
      ["/spec/workflow/steps/1/subSteps/0/name", "step-1-0"],
      ["/spec/workflow/steps/1/subSteps/1/name", "step-1-1"],
    ]);
    expect(at(object, "spec", "workflow", "steps")).to.deep.equal([
      { type: "suspend", name: "step-0" },
      {
        name: "mine",
        type: "step-group",
        subSteps: [
          { type: "suspend", name: "step-1-0" },
          { name: "step-1-1", type: "suspend" },
        ],
      },
    ]);
  });

  it("do not depend on their order", () => {
    const app = changeOf(withSteps([{ type: "suspend" }])).app;
    const paths = (list: typeof mutations) =>
      list.flatMap((mutation) => [...mutation.additions(app, emptyWorld)]).map(({ path }) => path.join("/"));
    expect(paths([...mutations].reverse()).sort()).to.deep.equal(paths(mutations).sort());
  });

  it("survive any object, apply exactly, and add nothing the second time", () => {
    const metadata = fc.oneof(
      fc.jsonValue(),
      fc.record({ labels: fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.string())) }),
    );
    const step = fc.record(
      { name: fc.oneof(fc.string(), fc.constant("")), type: fc.string(), subSteps: fc.jsonValue() },
      { requiredKeys: [] },
    );
    const object = fc.record({
      metadata,
      spec: fc.record({
        components: fc.constant(at(example("bookinfo"), "spec", "components")),
        workflow: fc.record({ steps: fc.array(fc.oneof(step, fc.jsonValue())) }),
      }),
    });
    fc.assert(
      fc.property(object, (generated) => {
        const received = JSON.parse(JSON.stringify(generated)) as JsonObject;
        const before = JSON.stringify(received);
        const first = mutate(received);
        expect(JSON.stringify(received)).to.equal(before);
        expect(mutate(first.object).patch).to.deep.equal([]);
        const applied = jsonPatch.applyPatch(
          JSON.parse(before),
          structuredClone(first.patch) as Operation[],
        ).newDocument;
        expect(applied).to.deep.equal(first.object);
      }),
      { numRuns: 5000 },
    );
  });
});
