import { expect } from "chai";
import { hasPush, type MeshProxy, proxiesIn } from "../../src/mesh/proxies.ts";
import { pushNumber, pushOfNonce } from "../../src/mesh/push-number.ts";
import { absent, attended, podOf } from "../../src/mesh/roll-call.ts";
import { asObject } from "../../src/model/json.ts";
import { recorded } from "./recorded.ts";

const [first = null, ...others] = recorded.after.syncz;
const changed = (change: Readonly<Record<string, string>>) => proxiesIn([{ ...asObject(first), ...change }, ...others]);
const uuid = "00000000-0000-4000-8000-000000000000";

describe("the proxies of an istiod", () => {
  it("are those that carry traffic, with the pushes that they acknowledged", () => {
    const before = proxiesIn(recorded.before.syncz) ?? [];
    const after = proxiesIn(recorded.after.syncz) ?? [];
    expect(after.map(({ id }) => id)).to.deep.equal(["client.default", "gateway.istio-system"]);
    for (const [index, proxy] of after.entries()) {
      expect(Number(proxy.routes)).to.be.above(Number(before[index]?.routes));
      expect(hasPush(proxy, "routes", Number(proxy.routes))).to.equal(true);
      expect(hasPush(before[index] ?? proxy, "routes", Number(proxy.routes))).to.equal(false);
    }
  });

  it("have what they acknowledged, not what was sent to them", () => {
    const sent = changed({ route_sent: `2026-11-24T16:00:00Z/999${uuid}` })?.[0];
    expect(sent && hasPush(sent, "routes", 999)).to.equal(false);
    const acknowledged = changed({
      route_acked: `2026-11-24T16:00:00Z/999${uuid}`,
      listener_acked: `2026-11-24T16:00:00Z/999${uuid}`,
    })?.[0];
    expect(acknowledged && hasPush(acknowledged, "routes", 999)).to.equal(true);
  });

  it("have no route to wait for where none was ever sent to them, as long as they have the listeners", () => {
    const withListeners = (push: number | undefined): MeshProxy => ({
      id: "a.b",
      clusters: 9,
      listeners: push,
      routes: "none",
    });
    expect(hasPush(withListeners(7), "routes", 7)).to.equal(true);
    expect(hasPush(withListeners(6), "routes", 7)).to.equal(false);
    expect(hasPush(withListeners(undefined), "routes", 7)).to.equal(false);
  });

  it("have clusters by the push of those that they acknowledged", () => {
    const has = changed({ cluster_acked: `2026-11-24T16:00:00Z/999${uuid}` })?.[0];
    expect(has && [hasPush(has, "clusters", 999), hasPush(has, "clusters", 1000)]).to.deep.equal([true, false]);
    const none = changed({ cluster_acked: "" })?.[0];
    expect(none && hasPush(none, "clusters", 1)).to.equal(false);
  });

  it("are unknown where the answer is not a list of them, and have nothing where a nonce is another istiod's", () => {
    for (const answer of [undefined, null, {}, "x", [{}], [1]]) expect(proxiesIn(answer)).to.equal(undefined);
    expect(changed({ route_acked: uuid })?.[0]?.routes).to.equal(undefined);
    expect(changed({ proxy_type: "ztunnel" })).to.have.lengthOf(1);
    expect(changed({ proxy: "rollguard-witness.rollguard-system" })).to.have.lengthOf(1);
  });

  it("are sent pushes by number, whatever the first digits of the nonce's UUID", () => {
    expect(pushOfNonce(`2026-11-24T16:05:29Z/3e1399794-009c-4c76-852e-a78521e72794`)).to.equal(3);
    expect(pushOfNonce(`2026-11-24T16:05:29+02:00/5430895e1d-f859-4a2a-ace6-169a863f7533`)).to.equal(54);
    for (const version of ["", "1", "2026-11-24T16:05:29Z/", "2026-11-24T16:05:29Z/1x", "v1/2"])
      expect(pushNumber(version)).to.equal(undefined);
  });
});

describe("the roll call", () => {
  const proxy = (id: string): MeshProxy => ({ id, clusters: 1, listeners: 1, routes: 1 });

  it("misses who was there, until it is so long ago that the settle time is over", () => {
    const before = attended(new Map(), [proxy("a.x"), proxy("b.x")], 1_000, 12_000);
    expect(absent(before, 1_000)).to.deep.equal([]);
    expect(absent(attended(before, [proxy("a.x")], 2_000, 12_000), 2_000)).to.deep.equal(["b.x"]);
    expect(absent(attended(before, [proxy("a.x"), proxy("b.x")], 2_000, 12_000), 2_000)).to.deep.equal([]);
    expect(absent(attended(before, [proxy("a.x")], 13_000, 12_000), 13_000)).to.deep.equal([]);
  });

  it("finds the pod of a proxy, whose name may have dots", () => {
    expect(podOf("reviews.v1.shop")).to.deep.equal({ name: "reviews.v1", namespace: "shop" });
    expect(podOf("shop")).to.equal(undefined);
  });
});
