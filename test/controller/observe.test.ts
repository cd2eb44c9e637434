import { expect } from "chai";
import { AgeBook } from "../../src/controller/ages.ts";
import { readyPods } from "../../src/controller/observe.ts";
import { signatureOf } from "../../src/controller/told.ts";
import { resourceTracker } from "../../src/controller/tracker.ts";
import type { Resource } from "../../src/mesh/discovery.ts";
import { at, type JsonObject } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { PlayClock } from "../cluster/play-clock.ts";
import { example } from "../support/cases.ts";

const app = example("bookinfo-canary");
const labels = { "app.oam.dev/name": "book-info", "app.oam.dev/component": "reviews" };
const object = (kind: string, name: string, more: JsonObject = {}, extra: JsonObject = {}): KubeObject => ({
  kind,
  metadata: { name, namespace: "default", uid: `${kind} ${name}`, generation: 1, labels: { ...labels, ...extra } },
  ...more,
});
const revision = (name: string) => ({ "app.oam.dev/revision": name });
const deployment = (name: string, replicas: number, readyReplicas = 0) =>
  object("Deployment", name, { spec: { replicas }, status: { readyReplicas } }, revision(name));
const pod = (name: string, of: string) => object("Pod", name, {}, revision(of));
const endpoint = (name: string, ready?: boolean): JsonObject => ({
  conditions: ready === undefined ? {} : { ready },
  targetRef: { kind: "Pod", name },
});
const slice = (name: string, ...endpoints: readonly JsonObject[]) =>
  object("EndpointSlice", name, { endpoints }, { "kubernetes.io/service-name": "reviews" });

describe("what the controller observes", () => {
  it("counts ready endpoints by the revision of their pods, each pod once, whatever the Deployment says", () => {
    const ready = readyPods(app, [
      deployment("reviews-v1", 2, 2),
      deployment("reviews-v2", 1, 1),
      pod("a", "reviews-v1"),
      pod("b", "reviews-v1"),
      pod("c", "reviews-v2"),
      slice("one", endpoint("a", true), endpoint("b", false), endpoint("unknown", true)),
      slice("two", endpoint("a", true), endpoint("c")),
    ]);
    expect(ready).to.deep.equal({ "reviews-v1": 1, "reviews-v2": 1 });
  });

  it("takes the ready replicas where there is no Service", () => {
    const bare = structuredClone(app) as { spec: { components: { traits: unknown[] }[] } };
    bare.spec.components[0]?.traits.shift();
    expect(readyPods(bare as unknown as KubeObject, [deployment("reviews-v1", 2, 2)])).to.deep.equal({
      "reviews-v1": 2,
    });
  });

  it("takes the ready replicas of a Deployment without revisions, whose pods no label tells apart", () => {
    const { metadata, ...plain } = deployment("reviews", 2, 2);
    const labels = { [names.component]: "reviews" };
    const ready = readyPods(app, [{ ...plain, metadata: { ...(metadata as JsonObject), labels } }]);
    expect(ready).to.deep.equal({ reviews: 2 });
  });

  it("lists in the ResourceTracker what is derived, and nothing that is kept about it", () => {
    const objects = [
      deployment("reviews-v1", 1),
      object("Service", "reviews"),
      object("ControllerRevision", "reviews-v1"),
    ];
    const tracker = resourceTracker(
      { ...app, metadata: { name: "book-info", namespace: "default", uid: "u" } },
      objects,
    );
    expect(at(tracker, "spec", "managedResources")).to.deep.equal([
      { apiVersion: undefined, kind: "Deployment", name: "reviews-v1", namespace: "default", component: "reviews" },
      { apiVersion: undefined, kind: "Service", name: "reviews", namespace: "default", component: "reviews" },
    ]);
  });

  it("marks the ResourceTracker as that of the version that is applied, and of the one to go back to", () => {
    const version = (value: string) => ({ annotations: { "app.oam.dev/publishVersion": value } });
    const recorded = (name: string, published: string | undefined, succeeded: boolean): KubeObject => ({
      kind: "ApplicationRevision",
      metadata: { name, ...(published === undefined ? {} : version(published)) },
      status: { succeeded },
    });
    const marks = (published: string | undefined, ...revisions: readonly KubeObject[]) => {
      const metadata = { name: "shop", namespace: "default", ...(published === undefined ? {} : version(published)) };
      const status = { latestRevision: { name: "shop-v2" } };
      const tracker = resourceTracker({ ...app, metadata, status }, revisions);
      return [
        at(tracker, "metadata", "annotations", "app.oam.dev/publishVersion"),
        at(tracker, "metadata", "labels", "app.oam.dev/appRevision"),
      ];
    };
    const one = recorded("shop-v1", "one", true);
    expect(marks("two", one, recorded("shop-v2", "two", false))).to.deep.equal(["two", "shop-v1"]);
    expect(marks("two", one, recorded("shop-v2", "two", true))).to.deep.equal(["two", "shop-v2"]);
    expect(marks("two", recorded("shop-v2", "two", false))).to.deep.equal(["two", "shop-v2"]);
    expect(marks(undefined, one)).to.deep.equal([undefined, "shop-v2"]);
  });
});

describe("ages", () => {
  const route = (generation: number): KubeObject => {
    const made = object("VirtualService", "reviews");
    return { ...made, metadata: { ...(made["metadata"] as JsonObject), generation } };
  };
  const ruledBy = (...subsets: readonly JsonObject[]): KubeObject => ({
    ...object("DestinationRule", "reviews"),
    spec: { subsets },
  });
  const rule = ruledBy({ name: "reviews-v1" });

  /** A book that looks at a component once a second, from a settle time after its beginning on. */
  function looking(resource: Resource) {
    const clock = new PlayClock();
    const book = new AgeBook(clock);
    clock.advance(12_000);
    const isUnmistakable = (...objects: readonly KubeObject[]) => {
      clock.advance(1_000);
      book.read("k", [deployment("reviews-v1", 1), ...objects], {});
      return book.isUnmistakable("k", "reviews", resource, 12);
    };
    return { clock, book, isUnmistakable };
  }

  it("count from when a generation was first seen, and anew after every other one", () => {
    const clock = new PlayClock();
    const book = new AgeBook(clock);
    const ages = (...objects: readonly KubeObject[]) => book.read("default/book-info", objects, {})["reviews"];
    expect(ages(route(1), rule)).to.deep.equal({ route: 0, subsets: { "reviews-v1": 0 }, arrivals: {}, removal: 0 });
    clock.advance(5_000);
    expect(ages(route(1), rule)).to.deep.equal({ route: 5, subsets: { "reviews-v1": 5 }, arrivals: {}, removal: 5 });
    expect(ages(route(2), rule)).to.deep.equal({ route: 0, subsets: { "reviews-v1": 5 }, arrivals: {}, removal: 5 });
    clock.advance(1_000);
    expect(ages(rule)).to.deep.include({ route: 0, subsets: { "reviews-v1": 6 } });
    book.forget("default/book-info");
    expect(ages(rule)).to.deep.include({ subsets: { "reviews-v1": 0 } });
  });

  it("are unbounded for a route that every proxy was seen to have, of that generation alone", () => {
    const clock = new PlayClock();
    let confirmed = "";
    const book = new AgeBook(clock, (_application, _component, _resource, signature) => signature === confirmed);
    const ages = (generation: number) => book.read("k", [route(generation), rule], {})["reviews"];
    ages(1);
    confirmed = signatureOf("routes", [route(2)]);
    expect(ages(1)).to.deep.include({ route: 0 });
    expect(ages(2)).to.deep.include({ route: Number.POSITIVE_INFINITY, removal: 0 });
    expect(ages(3)).to.deep.include({ route: 0 });
  });

  it("count for each subset by itself, whatever becomes of others", () => {
    const clock = new PlayClock();
    const book = new AgeBook(clock);
    const [one, two] = [{ name: "reviews-v1" }, { name: "reviews-v2" }];
    const subsets = (...given: readonly JsonObject[]) => {
      clock.advance(1_000);
      return book.read("k", [ruledBy(...given)], {})["reviews"]?.subsets;
    };
    expect(subsets(one)).to.deep.equal({ "reviews-v1": 0 });
    expect(subsets(one, two)).to.deep.equal({ "reviews-v1": 1, "reviews-v2": 0 });
    expect(subsets(two)).to.deep.equal({ "reviews-v2": 1 });
    expect(subsets(one, { ...two, labels: { version: "2" } })).to.deep.equal({ "reviews-v1": 0, "reviews-v2": 0 });
  });

  it("know which routes a push can be told by: those that this process saw come about", () => {
    const { book, isUnmistakable } = looking("routes");
    expect(isUnmistakable()).to.equal(true);
    expect(isUnmistakable(route(1), rule)).to.equal(true);
    expect(isUnmistakable(route(2), rule)).to.equal(true);
    expect(isUnmistakable(route(4), rule)).to.equal(false);
    book.forget("k");
    expect(isUnmistakable(route(4), rule)).to.equal(false);
  });

  it("do not know that of an Application whose name another one has had a moment ago", () => {
    const { clock, book, isUnmistakable } = looking("routes");
    expect(isUnmistakable()).to.equal(true);
    book.forget("k");
    expect(isUnmistakable()).to.equal(false);
    expect(isUnmistakable(route(1))).to.equal(false);
    clock.advance(12_000);
    expect(isUnmistakable(route(2))).to.equal(true);
  });

  it("do not know that of what comes soon after their own beginning: what went before may have been another", () => {
    const { clock, book, isUnmistakable } = looking("routes");
    book.forgetAll();
    expect(isUnmistakable()).to.equal(false);
    expect(isUnmistakable(route(1))).to.equal(false);
    clock.advance(12_000);
    expect(isUnmistakable(route(2))).to.equal(true);
  });

  it("do not keep that in mind for ever", () => {
    const { clock, book, isUnmistakable } = looking("routes");
    book.forget("k");
    clock.advance(3_601_000);
    expect(isUnmistakable(route(1))).to.equal(false);
    book.forget("k");
    clock.advance(3_601_000);
    expect(isUnmistakable()).to.equal(true);
  });

  it("know which subsets a push can be told by: not those that were there a moment ago, or have pods of another name", () => {
    const ruled = (generation: number, ...subsets: readonly JsonObject[]): KubeObject => ({
      ...rule,
      metadata: { ...(rule["metadata"] as JsonObject), uid: "1", generation },
      spec: { subsets },
    });
    const [one, two] = ["reviews-v1", "reviews-v2"].map((name) => ({ name, labels: { [names.revision]: name } }));
    if (!one || !two) throw new Error("there are two");
    const { clock, isUnmistakable } = looking("clusters");
    expect(isUnmistakable()).to.equal(true);
    expect(isUnmistakable(ruled(1, one))).to.equal(true);
    expect(isUnmistakable(ruled(2, one, two))).to.equal(true);
    expect(isUnmistakable(ruled(3, two))).to.equal(true);
    expect(isUnmistakable(ruled(4, one, two))).to.equal(false);
    clock.advance(12_000);
    expect(isUnmistakable(ruled(5, two))).to.equal(true);
    expect(isUnmistakable(ruled(6, { ...two, labels: { version: "2" } }))).to.equal(false);
    clock.advance(12_000);
    expect(isUnmistakable(ruled(7, two))).to.equal(false);
  });

  it("are forgotten where a new term begins", () => {
    const clock = new PlayClock();
    const book = new AgeBook(clock);
    book.read("default/book-info", [rule], {});
    clock.advance(5_000);
    book.forgetAll();
    expect(book.read("default/book-info", [rule], {})["reviews"]).to.deep.equal({
      route: 0,
      subsets: { "reviews-v1": 0 },
      arrivals: {},
      removal: 0,
    });
  });

  it("know when pods went: fewer that are to be, fewer that are ready, a Deployment that is gone", () => {
    const clock = new PlayClock();
    const book = new AgeBook(clock);
    const removal = (ready: number, ...objects: readonly KubeObject[]) => {
      clock.advance(1_000);
      return book.read("k", [rule, ...objects], { "reviews-v1": ready })["reviews"]?.removal;
    };
    expect(removal(2, deployment("reviews-v1", 2))).to.equal(0);
    expect(removal(2, deployment("reviews-v1", 2))).to.equal(1);
    expect(removal(2, deployment("reviews-v1", 3))).to.equal(2);
    expect(removal(2, deployment("reviews-v1", 2))).to.equal(0);
    expect(removal(1, deployment("reviews-v1", 2))).to.equal(0);
    expect(removal(1, deployment("reviews-v1", 2))).to.equal(1);
    expect(removal(0)).to.equal(0);
  });

  it("know when pods came: more that are ready, not those that are to be", () => {
    const clock = new PlayClock();
    const book = new AgeBook(clock);
    const arrival = (ready: number, replicas: number) => {
      clock.advance(1_000);
      return book.read("k", [rule, deployment("reviews-v1", replicas)], { "reviews-v1": ready })["reviews"]?.arrivals[
        "reviews-v1"
      ];
    };
    expect(arrival(1, 1)).to.equal(0);
    expect(arrival(1, 1)).to.equal(1);
    expect(arrival(1, 2)).to.equal(2);
    expect(arrival(2, 2)).to.equal(0);
    expect(arrival(1, 2)).to.equal(1);
    expect(arrival(2, 2)).to.equal(0);
  });
});
