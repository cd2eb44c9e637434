import { readdirSync, readFileSync } from "node:fs";
import jsonPatch, { type Operation } from "fast-json-patch";
import { load } from "js-yaml";
import { type Change, changeOf } from "../../src/model/change.ts";
import { rolledOut } from "../../src/model/history.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { type KubeObject, kindOf, nameOf, type World, worldOf } from "../../src/model/world.ts";

/**
 * A case: an example manifest and what departs from it. It is an update where `after` (examples, or documents of their
 * own, each rolled out completely) holds the same Application, and a creation elsewhere.
 */
export interface Case {
  readonly name: string;
  readonly from: string;
  /** JSON Patch, the only difference to the example. */
  readonly with?: readonly Operation[];
  readonly after?: readonly string[];
  /** JSON Patch of the last manifest of `after`, before it is rolled out. */
  readonly afterWith?: readonly Operation[];
  /** JSON Patch of the live Application (its status, say). */
  readonly live?: readonly Operation[];
  /** Objects that exist besides, or in place of others. */
  readonly world?: readonly KubeObject[];
  /** `Kind` or `Kind/name` of objects that do not exist. */
  readonly without?: readonly string[];
  /** Other rules whose warnings such a manifest rightly gets. */
  readonly also?: readonly string[];
}

export interface Rejection extends Case {
  /** Field to exact message. */
  readonly says: Readonly<Record<string, string>>;
}

export interface Cases {
  readonly accept: readonly Case[];
  readonly reject: readonly Rejection[];
}

const examples = "manifests/examples";
export const example = (name: string): KubeObject =>
  load(readFileSync(`${examples}/${name}.yaml`, "utf8")) as KubeObject;

export const caseFiles = (folder: string): readonly string[] =>
  readdirSync(folder).map((file) => file.replace(/\.yaml$/, ""));

export const loadCases = (file: string): Cases => load(readFileSync(file, "utf8")) as Cases;

/** What exists in every case: a namespace with injection, and Istio. */
export const baseWorld: readonly KubeObject[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "default", labels: { "istio-injection": "enabled" } } },
  ...["virtualservices", "destinationrules", "gateways"].map((plural) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.networking.istio.io` },
  })),
];

const patched = (object: KubeObject, patch: readonly Operation[] = []): KubeObject =>
  jsonPatch.applyPatch(structuredClone(object) as object, structuredClone(patch) as Operation[], true)
    .newDocument as KubeObject;

/**
 * The change to judge and the world to judge it in, which has of each object what `keep` leaves of it. Both are frozen: a rule
 * that edits what it reads fails at once.
 */
export function situation(
  testCase: Case,
  keep: (object: KubeObject) => KubeObject = (object) => object,
): { change: Change; world: World } {
  const history = (testCase.after ?? []).map(example);
  const last = history.pop();
  const objects = rolledOut(last ? [...history, patched(last, testCase.afterWith)] : history);
  const app = patched(example(testCase.from), testCase.with);
  const isSame = (object: KubeObject) => kindOf(object) === "Application" && nameOf(object) === nameOf(app);
  const live = objects.find(isSame);
  const stored = live && patched(live, testCase.live);
  const absent = (object: KubeObject) =>
    (testCase.without ?? []).some((what) => [kindOf(object), `${kindOf(object)}/${nameOf(object)}`].includes(what));
  const existing = [
    ...baseWorld,
    ...objects.filter((object) => !isSame(object)),
    ...(stored ? [stored] : []),
    ...(testCase.world ?? []),
  ];
  return {
    change: changeOf(frozen(app) as JsonObject, stored && (frozen(stored) as JsonObject)),
    world: worldOf(frozen(existing.filter((object) => !absent(object)).map(keep))),
  };
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) frozen(member);
  }
  return value;
}
