import { expect } from "chai";
import type { Operation } from "fast-json-patch";
import { judge } from "../src/admission/judge.ts";
import { changeOf } from "../src/model/change.ts";
import { isObject, type Json, type JsonObject, join, own } from "../src/model/json.ts";
import { type Case, situation } from "./support/cases.ts";

/** Edits that are several faults in truth, or one with two consequences neither of which tells the other. */
const exceptions: Readonly<Record<string, RegExp>> = {
  "an empty target lacks a revision and a weight, which two rules hold": /weightedTargets(\[\d\] = \{\}| = \[\{\}\])$/,
  "a partition beyond the next step's runs the last batch too early, and the next step backwards":
    /steps\[[01]\]\.properties\.batchPartition = (5|1000000000)$/,
};

/** Where one thing is referred to in many ways, each place that does is refused once that thing is gone. */
const references: Readonly<Record<string, RegExp>> = {
  ...exceptions,
  "a component, with its name, traits or ports":
    /components\[[01]\](\.properties|\.traits(\[0\])?)?$|components\[[01]\]\.(name = "x"|(properties|traits) = (null|\[\]|\{\}))$/,
  "a step, whose name and type are gone": /steps\[\d\] = \{\}$/,
  "revisions, which are in another namespace": /namespace = "x"$/,
};

interface Scene extends Case {
  readonly exceptions: Readonly<Record<string, RegExp>>;
}

/** The manifests of the seed, each as it is applied in the story, and one that has everything. */
const everything = "../../test/one-fault";
const scenes: readonly Scene[] = [
  { name: "the first deployment", from: "bookinfo", exceptions },
  { name: "the canary", from: "bookinfo-canary", after: ["bookinfo"], exceptions },
  { name: "the rollback", from: "bookinfo-rollback", after: ["bookinfo", "bookinfo-canary"], exceptions },
  {
    name: "an Application with every type, trait and step",
    from: everything,
    after: [everything],
    afterWith: [
      { op: "remove", path: "/spec/workflow" },
      { op: "replace", path: "/spec/components/0/properties/image", value: "registry.example.com/web:0.9" },
    ],
    exceptions: references,
  },
];

/** What takes the place of a value: of every type, empty, and out of every range. An object of other keys is several faults. */
const wrong: readonly Json[] = [null, "", "x", "A b", -1, 0, 1.5, 5, 1e9, true, [], {}, [null], ["x"], [5], [{}]];

interface Edit {
  readonly what: string;
  readonly value: Json;
}

/** Every object that is one edit of one member away: deleted, misspelt or replaced. */
function* edits(value: Json, path: string): Generator<Edit> {
  const members: [string | number, Json][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value as object);
  for (const [key, member] of members) {
    const place = join(path, key);
    yield { what: `delete ${place}`, value: without(value, key) };
    if (typeof key === "string")
      yield { what: `misspell ${place}`, value: { ...asObject(without(value, key)), [misspelt(key)]: member } };
    for (const other of wrong)
      if (JSON.stringify(other) !== JSON.stringify(member))
        yield { what: `${place} = ${JSON.stringify(other)}`, value: withMember(value, key, other) };
    if (typeof member === "object" && member !== null)
      for (const inner of edits(member, place)) yield { ...inner, value: withMember(value, key, inner.value) };
  }
}

const asObject = (value: Json): JsonObject => (isObject(value) ? value : {});
/** The last two letters swapped. */
const misspelt = (key: string): string => key.slice(0, -2) + key.slice(-1) + key.slice(-2, -1);
const withMember = (value: Json, key: string | number, member: Json): Json =>
  Array.isArray(value) ? value.with(key as number, member) : { ...asObject(value), [key]: member };
const without = (value: Json, key: string | number): Json =>
  Array.isArray(value)
    ? value.toSpliced(key as number, 1)
    : Object.fromEntries(Object.entries(asObject(value)).filter(([name]) => name !== key));

/** The edits after which more than one rule refuses, with the ids of those rules. */
function blamedTwice(scene: Scene): string[] {
  const { change, world } = situation(scene);
  const { raw } = change.app;
  const sections = ["metadata", "spec"].map((section): Json => ({ [section]: own(raw, section) ?? null }));
  return sections
    .flatMap((section) => [...edits(section, "")])
    .filter(({ what }) => !Object.values(scene.exceptions).some((exception) => exception.test(what)))
    .flatMap(({ what, value }) => {
      const { violations } = judge(changeOf({ ...raw, ...asObject(value) }, change.before?.raw), world);
      const rules = [...new Set(violations.map(({ rule }) => rule))];
      return rules.length > 1 ? [`${what}: ${rules.join(", ")}`] : [];
    });
}

describe("one fault is refused by one rule", () => {
  for (const scene of scenes)
    it(`in any member of ${scene.name}`, () => {
      expect(blamedTwice(scene)).to.deep.equal([]);
    }).timeout(60_000);

  it("and two by two, also where one could hide the other", () => {
    const image: Operation = { op: "replace", path: "/spec/components/0/properties/image", value: "A b" };
    const port: Operation = { op: "replace", path: "/spec/components/0/traits/0/properties/port", value: [0] };
    const revision: Operation = {
      op: "replace",
      path: "/spec/workflow/steps/0/properties/traffic/weightedTargets/1/revision",
      value: "nothing-v2",
    };
    for (const [one, other] of [
      [image, port],
      [port, revision],
      [revision, image],
    ] as const) {
      const { change, world } = situation({
        name: "",
        from: "bookinfo-canary",
        after: ["bookinfo"],
        with: [one, other],
      });
      expect(judge(change, world).violations, `${one.path} ${other.path}`).to.have.length(2);
    }
  });
});
