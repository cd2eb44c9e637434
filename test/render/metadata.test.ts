import { expect } from "chai";
import { asObject, at } from "../../src/model/json.ts";
import { metadata } from "../../src/render/owner.ts";
import { single, uid } from "./single.ts";

describe("metadata", () => {
  it("hands on the labels of the Application, but none that derived objects are told apart by", () => {
    const labels = { team: "a", "app.oam.dev/revision": "x", "app.oam.dev/component": "x", "oam.dev/render-hash": "1" };
    const { owner, component } = single({}, { labels });
    expect(at(metadata(owner, component, "reviews"), "labels")).to.deep.equal({
      team: "a",
      "app.oam.dev/name": "book-info",
      "app.oam.dev/namespace": "default",
      "app.oam.dev/component": "reviews",
    });
  });

  it("keeps back the labels that the Application says", () => {
    const annotations = { "filter.oam.dev/label-keys": "argo, team" };
    const { owner } = single({}, { labels: { team: "a", argo: "b", tier: "c" }, annotations });
    expect(Object.keys(asObject(at(metadata(owner, undefined, "x"), "labels")))).to.deep.equal([
      "tier",
      "app.oam.dev/name",
      "app.oam.dev/namespace",
    ]);
  });

  it("makes the Application the controller of its objects, once its uid is known", () => {
    const { owner, component } = single();
    expect(at(metadata(owner, component, "reviews"), "ownerReferences")).to.deep.equal([
      {
        apiVersion: "core.oam.dev/v1beta1",
        kind: "Application",
        name: "book-info",
        uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    expect(metadata({ ...owner, uid: undefined }, component, "reviews")).not.to.have.property("ownerReferences");
  });
});
