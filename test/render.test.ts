import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as istio from "@kubernetes-models/istio/networking.istio.io/v1beta1";
import { expect } from "chai";
import { dump, load, loadAll } from "js-yaml";
import { ControllerRevision, Deployment } from "kubernetes-models/apps/v1";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2";
import { CronJob, Job } from "kubernetes-models/batch/v1";
import { Service } from "kubernetes-models/v1";
import { judge } from "../src/admission/judge.ts";
import { type Component, canaryComponents, readApplication, rolloutOf } from "../src/model/application.ts";
import { changeOf } from "../src/model/change.ts";
import { asList, asObject, type Json } from "../src/model/json.ts";
import { names } from "../src/model/names.ts";
import { predictRevision, readRevision } from "../src/model/revision.ts";
import type { Shape } from "../src/model/shape.ts";
import { componentTypes, traitTypes } from "../src/model/vocabulary.ts";
import { type KubeObject, labelOf, nameOf, worldOf } from "../src/model/world.ts";
import { controllerRevision } from "../src/render/controller-revision.ts";
import { derivedObjects } from "../src/render/derived-objects.ts";
import { destinationRule } from "../src/render/destination-rule.ts";
import { gatewayVirtualService } from "../src/render/gateway-virtual-service.ts";
import { meshVirtualService } from "../src/render/mesh-virtual-service.ts";
import type { Owner } from "../src/render/owner.ts";
import { revisionDeployment } from "../src/render/revision-deployment.ts";
import { baseWorld, example } from "./support/cases.ts";

const everyParameter = load(readFileSync("test/render/applications/every-parameter.yaml", "utf8")) as KubeObject;
const uid = "3f1c6f0e-9c1b-4c55-8a7e-0d2b4a6c8e10";
const ownerOf = (application: KubeObject, more: Partial<Owner> = {}): Owner => ({
  app: readApplication(application),
  uid,
  settleSeconds: 12,
  ...more,
});

/** Every object there is once each of `history` has been rolled out completely, in that order. */
function finalState(history: readonly KubeObject[]): readonly KubeObject[] {
  const revisions: KubeObject[] = [];
  const owner = ownerOf(history.at(-1) ?? {});
  for (const application of history) {
    const past = ownerOf(application);
    for (const component of canaryComponents(past.app)) revisions.push(...newRevision(component, past, revisions));
  }
  return [...revisions, ...owner.app.components.flatMap((component) => settled(component, owner, revisions))];
}

const revisionsOf = (component: Component, revisions: readonly KubeObject[]) =>
  revisions.filter((revision) => labelOf(revision, names.component) === component.name);

function newRevision(component: Component, owner: Owner, revisions: readonly KubeObject[]): KubeObject[] {
  const known = revisionsOf(component, revisions).map(readRevision);
  const name = predictRevision(component, known);
  const isKnown = known.some((revision) => revision.name === name);
  return isKnown ? [] : [controllerRevision(component, owner, { name, number: known.length + 1 })];
}

function settled(component: Component, owner: Owner, revisions: readonly KubeObject[]): readonly KubeObject[] {
  const rollout = rolloutOf(component);
  if (!rollout) return derivedObjects(component, owner);
  const known = revisionsOf(component, revisions);
  const name = rollout.targetRevision ?? predictRevision(component, known.map(readRevision));
  const weights = { [name]: 100 };
  return [
    ...known
      .filter((revision) => nameOf(revision) === name)
      .map((revision) => revisionDeployment(revision, owner, rollout.targetSize ?? 0)),
    ...derivedObjects(component, owner).filter((object) => !nameOf(object).endsWith("-gateway")),
    destinationRule(component, owner, [name]),
    meshVirtualService(component, owner, weights),
    gatewayVirtualService(component, owner, weights),
  ].filter((object) => object !== undefined);
}

const [bookinfo, canary, rollback] = ["bookinfo", "bookinfo-canary", "bookinfo-rollback"].map(example) as [
  KubeObject,
  KubeObject,
  KubeObject,
];
const goldens: Readonly<Record<string, readonly KubeObject[]>> = {
  bookinfo: finalState([bookinfo]),
  "bookinfo-canary": finalState([bookinfo, canary]),
  "bookinfo-rollback": finalState([bookinfo, canary, rollback]),
  "every-parameter": finalState([everyParameter]),
};

const models = { ControllerRevision, Deployment, HorizontalPodAutoscaler, CronJob, Job, Service, ...istio };

/** The published schemas of Istio end at v1beta1; v1 has the same fields. */
function validate(object: KubeObject): void {
  const Model = Object.entries(models).find(([kind]) => kind === object["kind"])?.[1] as
    | (new (
        object: object,
      ) => { validate(): void })
    | undefined;
  expect(Model, String(object["kind"])).not.to.equal(undefined);
  const apiVersion = String(object["apiVersion"]).replace("istio.io/v1", "istio.io/v1beta1");
  if (Model) new Model({ ...object, apiVersion }).validate();
}

describe("render", () => {
  for (const [name, objects] of Object.entries(goldens)) {
    it(`renders ${name}`, () => {
      const file = `test/render/${name}.yaml`;
      if (process.env["GOLDEN"] === "write")
        writeFileSync(
          file,
          objects.map((object) => dump(object, { lineWidth: 120, noRefs: true, quoteStyle: "double" })).join("---\n"),
        );
      expect(existsSync(file), `${file}, written by GOLDEN=write`).to.equal(true);
      expect(objects).to.deep.equal(loadAll(readFileSync(file, "utf8")));
    });

    it(`renders ${name} to objects of the published schemas`, () => {
      for (const object of objects) expect(() => validate(object), nameOf(object)).not.to.throw();
    });
  }

  it("uses every parameter in its example, which is admitted", () => {
    const { components } = readApplication(everyParameter);
    const paths = new Set([
      ...components.flatMap(({ type, properties }) => used(componentTypes[type], properties, type)),
      ...components
        .flatMap(({ traits }) => traits)
        .flatMap(({ type, properties }) => used(traitTypes[type], properties, type)),
    ]);
    const known = Object.entries({ ...componentTypes, ...traitTypes }).flatMap(([type, shape]) => members(shape, type));
    expect(known.filter((path) => !paths.has(path))).to.deep.equal([]);
    expect(judge(changeOf(everyParameter), worldOf(baseWorld)).violations).to.deep.equal([]);
  });
});

/** Paths of every member of a shape. All probes have one shape, and each can use one of its three handlers only. */
function members(shape: Shape, path: string): string[] {
  if (shape.is === "list") return members(shape.of, path);
  if (shape.is !== "object") return [];
  return Object.entries(shape.fields).flatMap(([key, field]) => [
    `${path}.${key}`,
    ...members(field.shape, pathOf(path, key)),
  ]);
}

/** Those that a value has. */
function used(shape: Shape | undefined, value: Json | undefined, path: string): string[] {
  if (shape?.is === "list") return asList(value).flatMap((item) => used(shape.of, item, path));
  if (shape?.is !== "object") return [];
  return Object.entries(asObject(value)).flatMap(([key, member]) => [
    `${path}.${key}`,
    ...used(shape.fields[key]?.shape, member, pathOf(path, key)),
  ]);
}

const pathOf = (path: string, key: string): string => (key.endsWith("Probe") ? "probe" : `${path}.${key}`);
