import { expect } from "chai";
import { routeClaim, seenSince, sightKey, subsetClaim } from "../../src/mesh/claim.ts";
import { serviceHost, subsetsIn } from "../../src/mesh/clusters.ts";
import { type DiscoveryResponse, decodeResponse } from "../../src/mesh/discovery.ts";
import { splitsIn } from "../../src/mesh/routes.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { type Recorded, recorded } from "./recorded.ts";

const heard = (from: Recorded, type: "sidecar" | "router"): DiscoveryResponse => {
  const response = decodeResponse(Buffer.from(from[type], "base64"), "routes");
  if (response === undefined) throw new Error("what was recorded is an answer");
  return response;
};
const pushOf = ({ version }: DiscoveryResponse): number => Number(version.split("/")[1]);

const object = (kind: string, name: string, spec: JsonObject = {}): KubeObject => ({
  apiVersion: kind === "Service" ? "v1" : "networking.istio.io/v1",
  kind,
  metadata: { name, namespace: "default" },
  spec,
});
const route = object("VirtualService", "reviews");
const entrance = object("VirtualService", "reviews-gateway");
const service = object("Service", "reviews", { ports: [{ port: 9080 }] });
const gateway = object("Gateway", "reviews", {
  selector: { istio: "ingressgateway" },
  servers: [{ port: { number: 80 } }],
});
const canary = { "reviews-v1": 90, "reviews-v2": 10 };
const claimed = (split: Readonly<Record<string, number>>) => {
  const claim = routeClaim("reviews", [route, entrance, service, gateway], split);
  if (claim === undefined) throw new Error("it has all that a claim needs");
  return claim;
};

describe("what istiod pushes of a route", () => {
  it("is told by the splits of its clusters, for sidecars and for gateways", () => {
    const isHost = serviceHost("reviews", "default");
    for (const type of ["sidecar", "router"] as const) {
      const before = heard(recorded.before, type).resources.flatMap((each) => splitsIn(each, isHost) ?? []);
      const after = heard(recorded.after, type).resources.flatMap((each) => splitsIn(each, isHost) ?? []);
      expect(new Set(before.map((split) => JSON.stringify(split)))).to.deep.equal(new Set([JSON.stringify(canary)]));
      expect(new Set(after.map((split) => JSON.stringify(split)))).to.deep.equal(new Set(['{"reviews-v2":100}']));
    }
    const [mesh = Buffer.alloc(0)] = heard(recorded.before, "sidecar").resources;
    expect(splitsIn(mesh, serviceHost("reviews", "defaul"))).to.deep.equal([]);
    expect(splitsIn(mesh, serviceHost("details", "default"))).to.deep.equal([{ "": 100 }]);
  });

  it("proves a claim from the first push on that says it, until one says otherwise", () => {
    const before = heard(recorded.before, "sidecar");
    const after = heard(recorded.after, "sidecar");
    const claim = claimed({ "reviews-v2": 100 });
    expect(seenSince(undefined, claim, before)).to.equal(undefined);
    const first = seenSince(undefined, claim, after);
    expect(first).to.equal(pushOf(after));
    expect(seenSince(first, claim, { ...after, version: "2026-01-01T00:00:00Z/9999" })).to.equal(first);
    expect(seenSince(first, claim, before)).to.equal(undefined);
  });

  it("tells nothing where it is about other hosts, and undoes a claim where it is not understood", () => {
    const claim = claimed(canary);
    const before = heard(recorded.before, "sidecar");
    expect(seenSince(7, claim, { ...before, resources: [] })).to.equal(7);
    expect(seenSince(7, claim, { ...before, resources: [...before.resources, Buffer.from([0xff])] })).to.equal(
      undefined,
    );
    expect(seenSince(undefined, claim, { ...before, version: "12" })).to.equal(undefined);
  });

  it("is no answer where it is cut off, changed or about something else", () => {
    const bytes = Buffer.from(recorded.before.sidecar, "base64");
    for (let length = 0; length < bytes.length; length++) {
      const response = decodeResponse(bytes.subarray(0, length), "routes");
      const found = response?.resources.map((each) => splitsIn(each, serviceHost("reviews", "default")));
      expect(response === undefined || found !== undefined).to.equal(true);
    }
    expect(decodeResponse(Buffer.from("envoy"), "routes")).to.equal(undefined);
    const other = Buffer.from(
      bytes.toString("latin1").replaceAll("v3.RouteConfiguration", "v3.RouteConfigurations"),
      "latin1",
    );
    expect(decodeResponse(other, "routes")).to.equal(undefined);
  });
});

describe("what istiod pushes of subsets", () => {
  const clustersOf = (from: Recorded): DiscoveryResponse => {
    const response = decodeResponse(Buffer.from(from.clusters, "base64"), "clusters");
    if (response === undefined) throw new Error("what was recorded is an answer");
    return response;
  };
  const one = clustersOf(recorded.before);
  const two = clustersOf(recorded.after);
  const rule = (...subsets: readonly string[]): KubeObject =>
    object("DestinationRule", "reviews", { subsets: subsets.map((name) => ({ name })) });
  const wanting = (...subsets: readonly string[]) => {
    const claim = subsetClaim("reviews", [service, rule(...subsets)]);
    if (claim === undefined) throw new Error("it has all that a claim needs");
    return claim;
  };

  it("is told by the names of its clusters", () => {
    expect(subsetsIn(one.resources, "reviews", "default")).to.deep.equal(new Map([["9080", new Set(["reviews-v1"])]]));
    expect(subsetsIn(two.resources, "reviews", "default")).to.deep.equal(
      new Map([["9080", new Set(["reviews-v1", "reviews-v2"])]]),
    );
    expect(subsetsIn(two.resources, "details", "default")).to.deep.equal(new Map([["9080", new Set()]]));
    expect(subsetsIn(two.resources, "reviews", "defaul")).to.equal(undefined);
    expect(subsetsIn([Buffer.from([0xff])], "reviews", "default")).to.equal(undefined);
  });

  it("proves that all of them are there and no others, at every port, until an answer says otherwise", () => {
    const both = wanting("reviews-v2", "reviews-v1");
    expect(seenSince(undefined, both, one)).to.equal(undefined);
    const first = seenSince(undefined, both, two);
    expect(first).to.equal(pushOf(two));
    expect(seenSince(first, both, { ...two, version: "2026-01-01T00:00:00Z/9999" })).to.equal(first);
    for (const answer of [
      one,
      { ...two, resources: [] },
      { ...two, resources: [...two.resources, Buffer.from([0xff])] },
    ])
      expect(seenSince(first, both, answer)).to.equal(undefined);
    expect(seenSince(undefined, wanting("reviews-v1"), two)).to.equal(undefined);
    const wider = { ...both, wanted: { ...both.wanted, ports: [9080, 9090] } } as typeof both;
    expect(seenSince(undefined, wider, two)).to.equal(undefined);
  });

  it("is claimed where there are a Service with ports and subsets", () => {
    expect(wanting("reviews-v1").sights).to.deep.equal([
      { type: "sidecar", labels: {}, resource: "clusters", names: [] },
    ]);
    for (const objects of [
      [service],
      [rule("reviews-v1")],
      [service, rule()],
      [object("Service", "reviews"), rule("a")],
    ])
      expect(subsetClaim("reviews", objects)).to.equal(undefined);
  });

  it("is no answer about routes", () => {
    expect(decodeResponse(Buffer.from(recorded.after.clusters, "base64"), "routes")).to.equal(undefined);
    expect(decodeResponse(Buffer.from(recorded.after.sidecar, "base64"), "clusters")).to.equal(undefined);
  });
});

describe("a claim", () => {
  it("is seen by a sidecar at the ports of the Service, and by a router that the Gateway selects", () => {
    expect(claimed(canary).sights).to.deep.equal([
      { type: "sidecar", labels: {}, resource: "routes", names: ["9080"] },
      { type: "router", labels: { istio: "ingressgateway" }, resource: "routes", names: ["http.80"] },
    ]);
    expect(routeClaim("reviews", [route, service], canary)?.sights).to.have.lengthOf(1);
  });

  it("is none where it cannot be said who would see it", () => {
    expect(routeClaim("reviews", [service], canary)).to.equal(undefined);
    expect(routeClaim("reviews", [route], canary)).to.equal(undefined);
    expect(routeClaim("reviews", [route, service], {})).to.equal(undefined);
    expect(routeClaim("reviews", [route, entrance, service], canary)).to.equal(undefined);
    expect(
      routeClaim("reviews", [route, entrance, { ...entrance, metadata: { name: "x" } }, service, gateway], canary),
    ).to.equal(undefined);
  });

  it("has one eye for the same labels in any order", () => {
    expect(sightKey({ type: "router", labels: { a: "1", b: "2" }, resource: "routes" })).to.equal(
      sightKey({ type: "router", labels: { b: "2", a: "1" }, resource: "routes" }),
    );
  });
});
