import { expect } from "chai";
import { asList, asObject, at, type JsonObject } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import { contentHash } from "../../src/model/revision.ts";
import { deployment } from "../../src/render/deployment.ts";
import { job } from "../../src/render/job.ts";
import { podTemplate } from "../../src/render/pod-template.ts";
import { revisionTemplate } from "../../src/render/revision-template.ts";
import { single, trait, webservice } from "./single.ts";

const podOf = ({ component, owner }: ReturnType<typeof single>) => podTemplate(component, owner);

describe("podTemplate", () => {
  it("carries the label that asks for a sidecar, unless the component has its own", () => {
    const labels = { "sidecar.istio.io/inject": "true", team: "a" };
    const own = { "sidecar.istio.io/inject": "false" };
    expect(at(podOf(single({}, { labels })), "metadata", "labels")).to.deep.equal({
      "sidecar.istio.io/inject": "true",
      "app.oam.dev/name": "book-info",
      "app.oam.dev/component": "reviews",
    });
    expect(at(podOf(single(webservice({ labels: own }), { labels })), "metadata", "labels")).to.include(own);
  });

  it("does not ask for a sidecar in pods that run to completion, but keeps one away", () => {
    const labelsOf = (inject: string) => {
      const { component, owner } = single({ type: "task" }, { labels: { "sidecar.istio.io/inject": inject } });
      return at(job(component, owner), "spec", "template", "metadata", "labels");
    };
    expect(labelsOf("true")).not.to.have.property("sidecar.istio.io/inject");
    expect(labelsOf("false")).to.include({ "sidecar.istio.io/inject": "false" });
  });

  it("patches labels and annotations by traits, null removes, and no trait reaches the selector", () => {
    const situation = single(
      webservice(
        { labels: { tier: "web", app: "r" }, annotations: { a: "1", b: "2" } },
        trait("labels", { tier: null, owner: "x", "app.oam.dev/component": null, "app.oam.dev/name": "other" }),
        trait("annotations", { a: null, c: "3" }),
        trait("annotations", { c: "4" }),
      ),
    );
    expect(at(podOf(situation), "metadata")).to.deep.equal({
      labels: { app: "r", owner: "x", "app.oam.dev/component": "reviews", "app.oam.dev/name": "book-info" },
      annotations: { b: "2", c: "4" },
    });
    const { labels, annotations } = asObject(deployment(situation.component, situation.owner)["metadata"]);
    expect(labels).to.include({ owner: "x", "app.oam.dev/component": "reviews" });
    expect(annotations).to.deep.equal({ c: "4" });
  });

  it("lets every container sleep until the proxies have settled, and Kubernetes wait 30 s longer", () => {
    const sidecar = trait("sidecar", { name: "logs", image: "registry.example.com/logs:1" });
    const { spec } = podOf(single(webservice({}, sidecar), {}, { settleSeconds: 11.2 })) as { spec: JsonObject };
    const sleeps = asList(spec["containers"]).map((one) => at(one, "lifecycle", "preStop", "sleep", "seconds"));
    expect(sleeps).to.deep.equal([12, 12]);
    expect(spec["terminationGracePeriodSeconds"]).to.equal(42);
  });

  it("does not sleep where nothing has to settle", () => {
    const template = podOf(single({}, {}, { settleSeconds: 0 }));
    expect(asList(at(template, "spec", "containers"))[0]).not.to.have.property("lifecycle");
    expect(at(template, "spec", "terminationGracePeriodSeconds")).to.equal(30);
    expect(template["metadata"]).not.to.have.property("annotations");
  });

  it("makes the proxy drain as long in an Application that needs the mesh, unless the user configures it", () => {
    const config = (situation: ReturnType<typeof single>) =>
      at(podOf(situation), "metadata", "annotations", "proxy.istio.io/config");
    const traits = single().component.raw["traits"] ?? [];
    const annotations = { "proxy.istio.io/config": "concurrency: 2" };
    expect(config(single())).to.equal("terminationDrainDuration: 12s");
    expect(config(single({ ...webservice({ annotations }), traits }))).to.equal("concurrency: 2");
    expect(config(single(webservice({})))).to.equal(undefined);
  });

  it("labels the pods of a revision with its name, those of a plain component only if asked", () => {
    const situation = single();
    const revised = revisionTemplate(situation.component, situation.owner, "reviews-v1");
    expect(at(revised, "metadata", "labels", names.revision)).to.equal("reviews-v1");
    expect(at(podOf(situation), "metadata", "labels")).not.to.have.property(names.revision);
    const asking = single(webservice({ addRevisionLabel: true }));
    expect(at(podOf(asking), "metadata", "labels", names.revision)).to.equal(contentHash(asking.component));
  });

  it("keeps probes, volumes and the like out where they say nothing", () => {
    const empty = { cmd: [], args: [], env: [], volumes: [], imagePullSecrets: [], hostAliases: [] };
    expect(podOf(single(webservice(empty)))).to.deep.equal(podOf(single(webservice({}))));
  });

  it("does not depend on the order of keys", () => {
    const pvc = [{ name: "a", mountPath: "/a", claimName: "a" }];
    const secret = [{ name: "b", mountPath: "/b", secretName: "b" }];
    const [one, other] = [
      { pvc, secret },
      { secret, pvc },
    ].map((volumeMounts) => podOf(single(webservice({ volumeMounts }))));
    expect(one).to.deep.equal(other);
  });
});
