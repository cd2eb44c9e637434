import { expect } from "chai";
import { contentOf } from "../../src/model/content.ts";
import { derivedNames } from "../../src/model/derived.ts";
import { at, type JsonObject } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import { contentHash, readRevision } from "../../src/model/revision.ts";
import { labelOf, nameOf } from "../../src/model/world.ts";
import { controllerRevision } from "../../src/render/controller-revision.ts";
import { deployment } from "../../src/render/deployment.ts";
import { derivedObjects } from "../../src/render/derived-objects.ts";
import { revisionDeployment } from "../../src/render/revision-deployment.ts";
import { revisionTemplate } from "../../src/render/revision-template.ts";
import { single, trait, webservice } from "./single.ts";

describe("deployment", () => {
  const replicas = (...traits: readonly JsonObject[]) => {
    const { component, owner } = single(webservice({}, ...traits));
    return at(deployment(component, owner), "spec", "replicas");
  };

  it("has the replicas of a scaler, none of its own, and none beside an autoscaler", () => {
    expect(replicas(trait("scaler", { replicas: 0 }))).to.equal(0);
    expect(replicas(trait("scaler", {}))).to.equal(1);
    expect(replicas()).to.equal(undefined);
    expect(replicas(trait("hpa", {}), trait("scaler", { replicas: 3 }))).to.equal(undefined);
    const { component, owner } = single(webservice({}, trait("cpuscaler", {})));
    expect(at(deployment(component, owner, 4), "spec", "replicas")).to.equal(4);
  });

  it("tells by a label whether its template has to change", () => {
    const { component, owner } = single(webservice({}));
    expect(labelOf(deployment(component, owner), names.contentHash)).to.equal(contentHash(component));
  });
});

describe("controllerRevision", () => {
  const { component, owner } = single({}, { labels: { team: "a" } });
  const revision = controllerRevision(component, owner, { name: "reviews-v7", number: 7 });

  it("records the content, its hash, and the complete template", () => {
    expect(readRevision(revision)).to.deep.include({ name: "reviews-v7", number: 7, hash: contentHash(component) });
    expect(at(revision, "data", "content")).to.deep.equal(contentOf(component));
    expect(at(revision, "data", "template")).to.deep.equal(revisionTemplate(component, owner, "reviews-v7"));
  });

  it("gives a Deployment that later labels and settle times leave alone", () => {
    const later = single({}, { labels: { team: "b" } }, { settleSeconds: 5 }).owner;
    const made = revisionDeployment(revision, later, 3);
    expect(made).to.deep.equal(revisionDeployment(revision, owner, 3));
    expect(at(made, "metadata", "labels")).to.include({ team: "a", [names.revision]: "reviews-v7" });
    expect(at(made, "spec", "selector", "matchLabels")).to.deep.equal({
      [names.component]: "reviews",
      [names.revision]: "reviews-v7",
    });
    expect(at(made, "spec", "replicas")).to.equal(3);
    expect(made["spec"]).to.include({ progressDeadlineSeconds: 600 });
    expect(at(made, "spec", "strategy", "rollingUpdate", "maxUnavailable")).to.equal(0);
  });
});

describe("derivedObjects", () => {
  it("are what the names of derived objects promise, but for what depends on weights", () => {
    const gateway = trait("istio-gateway", { hosts: ["a.example.com"], port: 80 });
    const beside = [trait("expose", { port: [80] }), gateway];
    const rollout = trait("rollout", { targetSize: 2 });
    for (const part of [
      webservice({}, ...beside, trait("hpa", {})),
      webservice({}, ...beside, rollout),
      { type: "worker", traits: [] },
      { type: "task", traits: [] },
      { type: "cron-task", traits: [] },
    ]) {
      const { component, owner } = single(part);
      const promised = derivedNames(owner.app, component).filter(
        ({ kind, name }) => kind !== "DestinationRule" && !(kind === "VirtualService" && name === component.name),
      );
      const rendered = derivedObjects(component, owner).map((object) => ({
        kind: object["kind"],
        name: nameOf(object),
      }));
      expect(rendered).to.have.deep.members([...promised]);
    }
  });
});
