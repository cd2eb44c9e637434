import { expect } from "chai";
import type { Api } from "../../src/cluster/api.ts";
import { remove } from "../../src/cluster/writes.ts";
import { at } from "../../src/model/json.ts";
import type { ApiDouble } from "./api-double.ts";
import { cleanUp, connected, service, startDouble } from "./rig.ts";

const held = { metadata: { name: "cart", namespace: "shop", finalizers: ["example.com/hold"] } };

describe("cluster: a deletion", () => {
  let double: ApiDouble;
  let api: Api;

  beforeEach(async () => {
    double = await startDouble();
    api = await connected(double);
  });
  afterEach(cleanUp);

  it("is answered with the object where that stays until its finalizers are taken away", async () => {
    const seen = double.store.put(service("cart", held));
    const left = await remove(api, seen);
    expect(at(left, "metadata", "deletionTimestamp")).to.be.a("string");
    expect(at(left, "metadata", "resourceVersion")).not.to.equal(at(seen, "metadata", "resourceVersion"));
  });

  it("is done where the answer is a Status, the object as it was, or that there is none", async () => {
    const seen = double.store.put(service("cart"));
    double.script = () => ({ status: 200, body: seen });
    expect(await remove(api, seen)).to.equal(undefined);
    double.script = () => undefined;
    expect(await remove(api, seen)).to.equal(undefined);
    expect(await remove(api, seen)).to.equal(undefined);
  });
});
