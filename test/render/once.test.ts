import { expect } from "chai";
import { readApplication } from "../../src/model/application.ts";
import { gatewayVirtualService } from "../../src/render/gateway-virtual-service.ts";
import { meshVirtualService } from "../../src/render/mesh-virtual-service.ts";
import { single, trait, webservice } from "./single.ts";

describe("what is rendered once", () => {
  const gateway = trait("istio-gateway", { hosts: ["a.example.com"], port: 9080 });
  const { component, owner } = single(webservice({}, trait("rollout", { targetSize: 2 }), gateway));
  const weights = { "reviews-v1": 90, "reviews-v2": 10 };

  it("is the same object for the same weights, and another for others or none", () => {
    const isSplit = (some?: typeof weights) =>
      JSON.stringify(gatewayVirtualService(component, owner, ...(some ? [some] : []))).includes("subset");
    expect([isSplit(), isSplit(weights), isSplit(), isSplit(weights)]).to.deep.equal([false, true, false, true]);
    expect(meshVirtualService(component, owner, weights)).to.equal(meshVirtualService(component, owner, weights));
    const others = { "reviews-v2": 100 };
    expect(JSON.stringify(meshVirtualService(component, owner, others))).to.not.include("reviews-v1");
  });

  it("outlives a status, and nothing else of its Application", () => {
    const changed = (raw: object) => ({ ...owner, app: readApplication({ ...owner.app.raw, ...raw }) });
    const rendered = meshVirtualService(component, owner, weights);
    const [later] = changed({ status: { status: "running" } }).app.components;
    expect(later).to.equal(component);
    expect(meshVirtualService(component, changed({ status: { status: "running" } }), weights)).to.equal(rendered);
    const moved = changed({ metadata: { name: "book-info", namespace: "other" } });
    expect(meshVirtualService(component, moved, weights)["metadata"]).to.deep.include({ namespace: "other" });
  });
});
