import { expect } from "chai";
import { type KubeObject, nameOf, objectStore } from "../src/model/world.ts";

const app = (name: string, component: string): KubeObject => ({
  apiVersion: "core.oam.dev/v1beta1",
  kind: "Application",
  metadata: { name, namespace: "shop" },
  spec: { components: [{ name: component, type: "webservice", properties: { image: "a" } }] },
});

describe("the store of objects", () => {
  it("finds whatever has a key in common, as it comes, changes and goes", () => {
    const store = objectStore();
    const found = (component: string) => store.world.find("Application by component", `shop/${component}`).map(nameOf);
    for (const name of ["a", "b", "c"]) store.put(app(name, "web"));
    expect(found("web")).to.deep.equal(["a", "b", "c"]);
    store.put(app("a", "cart"));
    expect([found("web"), found("cart")]).to.deep.equal([["b", "c"], ["a"]]);
    store.put(app("a", "web"));
    expect([found("web"), found("cart")]).to.deep.equal([["b", "c", "a"], []]);
    for (const name of ["b", "a", "a", "c"]) store.drop(app(name, "web"));
    expect(found("web")).to.deep.equal([]);
    store.put(app("d", "web"));
    expect(found("web")).to.deep.equal(["d"]);
  });
});
