import { expect } from "chai";
import { asList, at, type JsonObject } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { destinationRule } from "../../src/render/destination-rule.ts";
import { gatewayVirtualService } from "../../src/render/gateway-virtual-service.ts";
import { meshVirtualService } from "../../src/render/mesh-virtual-service.ts";
import { service } from "../../src/render/service.ts";
import { single, trait, webservice } from "./single.ts";

/** The names of the ports, with the protocol that Istio is told. */
const portsOf = ({ component, owner }: ReturnType<typeof single>) =>
  asList(at(service(component, owner), "spec", "ports")).map((port) =>
    [at(port, "name"), at(port, "appProtocol")].filter((word) => word !== undefined).join(" "),
  );

describe("service", () => {
  it("names ports as KubeVela does, says where Istio routes HTTP, and leaves ports that the user named", () => {
    const ports = [{ port: 9080 }, { port: 53, protocol: "UDP" }, { port: 9000, name: "grpc" }];
    const expose = trait("expose", { ports });
    const rollout = trait("rollout", { targetSize: 2 });
    const gateway = trait("istio-gateway", { hosts: ["a.example.com"], port: 9080 });
    const routed = ["port-9080 http", "port-53-udp", "grpc"];
    expect(portsOf(single(webservice({}, expose)))).to.deep.equal(["port-9080", "port-53-udp", "grpc"]);
    expect(portsOf(single(webservice({}, expose, rollout)))).to.deep.equal(routed);
    expect(portsOf(single(webservice({}, expose, gateway)))).to.deep.equal(routed);
    expect(portsOf(single(webservice({}, rollout, trait("canary-traffic", { port: [80] }))))).to.deep.equal([
      "port-80 http",
    ]);
  });

  it("selects the pods of all revisions, or what the user says", () => {
    const { component, owner } = single();
    expect(at(service(component, owner), "spec", "selector")).to.deep.equal({ [names.component]: "reviews" });
    const chosen = single(webservice({}, trait("expose", { port: [80], matchLabels: { app: "a" } })));
    expect(at(service(chosen.component, chosen.owner), "spec", "selector")).to.deep.equal({ app: "a" });
  });

  it("is absent without ports", () => {
    const { component, owner } = single(webservice({ ports: [{ port: 80 }] }));
    expect(service(component, owner)).to.equal(undefined);
  });
});

describe("routes", () => {
  const entrance = trait("istio-gateway", { hosts: ["a.example.com"], match: [{ prefix: "/" }, {}], port: 9080 });
  const { component, owner } = single(webservice({}, trait("canary-traffic", { port: [9080] }), entrance));
  const routeOf = (object: KubeObject | undefined) => at(asList(at(object, "spec", "http"))[0], "route");

  it("write zero weights, and the weight of a single destination, in the order given", () => {
    expect(routeOf(meshVirtualService(component, owner, { "reviews-v2": 0, "reviews-v1": 100 }))).to.deep.equal([
      { destination: { host: "reviews", subset: "reviews-v2" }, weight: 0 },
      { destination: { host: "reviews", subset: "reviews-v1" }, weight: 100 },
    ]);
    expect(routeOf(meshVirtualService(component, owner, { "reviews-v1": 100 }))).to.deep.equal([
      { destination: { host: "reviews", subset: "reviews-v1" }, weight: 100 },
    ]);
  });

  it("keep matches and port of the gateway, with weights and without", () => {
    const destination = { host: "reviews", port: { number: 9080 } };
    const weighted = gatewayVirtualService(component, owner, { "reviews-v1": 90, "reviews-v2": 10 });
    expect(asList(at(weighted, "spec", "http"))).to.deep.equal([
      {
        match: [{ uri: { prefix: "/" } }],
        route: [
          { destination: { ...destination, subset: "reviews-v1" }, weight: 90 },
          { destination: { ...destination, subset: "reviews-v2" }, weight: 10 },
        ],
      },
    ]);
    expect(routeOf(gatewayVirtualService(component, owner))).to.deep.equal([{ destination }]);
  });

  it("claim nothing where the trait has no usable match, and every path where it has none at all", () => {
    const of = (properties: JsonObject) => {
      const situation = single(
        webservice({}, trait("istio-gateway", { hosts: ["a.example.com"], port: 80, ...properties })),
      );
      return gatewayVirtualService(situation.component, situation.owner);
    };
    expect(of({ match: [] })).to.equal(undefined);
    expect(asList(at(of({}), "spec", "http"))[0]).not.to.have.property("match");
  });

  it("name subsets after revisions", () => {
    expect(destinationRule(component, owner, ["reviews-v1"])["spec"]).to.deep.equal({
      host: "reviews",
      subsets: [{ name: "reviews-v1", labels: { [names.revision]: "reviews-v1" } }],
    });
  });
});
