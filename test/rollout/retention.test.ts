import { expect } from "chai";
import { rolledOut } from "../../src/model/history.ts";
import { names } from "../../src/model/names.ts";
import { type KubeObject, labelOf, nameOf } from "../../src/model/world.ts";
import { expectDone, expectEnd } from "./ends.ts";
import type { Act, Born } from "./generate.ts";
import { Play } from "./play.ts";
import { phaseOf, Rig } from "./rig.ts";
import { manifestOf, type Part } from "./shop.ts";
import type { Way } from "./shop-workflow.ts";

const born: Born = { size: 1, batches: [1], hasService: true, hasGateway: false };
const release: Extract<Act, { do: "release" }> = {
  do: "release",
  part: 0,
  both: false,
  cuts: [],
  way: { style: "none", stops: [], rises: [], repeats: [], pauses: [], applies: "never" },
};
const back = (pick: number): Act => ({ ...release, do: "flip back", pick });

function played(acts: readonly Act[]): Play["rig"] {
  const { rig } = withActs(acts);
  expectEnd(rig);
  expectDone(rig);
  return rig;
}

function withActs(acts: readonly Act[]): Play {
  const play = new Play({ parts: [born], rollsBack: false, returnsAtOnce: false });
  for (const act of acts) play.happen({ act, rest: undefined });
  return play;
}

const namesOf = (objects: Iterable<KubeObject>, kind: string): readonly string[] =>
  [...objects].filter((object) => object["kind"] === kind).map(nameOf);
const range = (prefix: string, from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `${prefix}-v${from + i}`);

describe("the history of revisions", () => {
  it("has ten besides the one in use, of a component and of the Application", () => {
    const { cluster } = played(Array.from({ length: 14 }, () => release));
    expect(namesOf(cluster.objects.values(), "ControllerRevision")).to.have.members(range("web", 5, 15));
    expect(namesOf(cluster.objects.values(), "ApplicationRevision")).to.have.members(range("shop", 5, 15));
  });

  it("gives content that it has forgotten a new number, and no number twice", () => {
    const { cluster } = played([...Array.from({ length: 14 }, () => release), back(0)]);
    expect(namesOf(cluster.objects.values(), "Deployment")).to.include("web-v16");
    expect(namesOf(cluster.objects.values(), "ControllerRevision")).to.have.members(range("web", 6, 16));
  });

  it("keeps the one before, however old it is", () => {
    const acts = [...Array.from({ length: 10 }, () => release), back(0), release];
    const { cluster } = played(acts);
    expect(namesOf(cluster.objects.values(), "ControllerRevision")).to.have.members(["web-v1", ...range("web", 3, 12)]);
  });

  it("forgets nothing while a workflow is under way", () => {
    const way: Way = { ...release.way, style: "steps", stops: [true], rises: [10], pauses: ["person"] };
    const play = new Play({ parts: [{ ...born, size: 2, batches: [2] }], rollsBack: false, returnsAtOnce: false });
    for (let count = 0; count < 10; count++) play.happen({ act: release, rest: undefined });
    play.happen({ act: release, rest: 0 });
    play.happen({ act: { ...release, cuts: [1], way }, rest: undefined });
    const { rig } = play;
    const known = () => namesOf(rig.cluster.objects.values(), "ControllerRevision");
    expect([phaseOf(rig), known()]).to.deep.equal(["workflowSuspending", range("web", 1, 13)]);
    play.happen({ act: { do: "resume" }, rest: undefined });
    expect(known()).to.have.members(range("web", 2, 13));
  });

  it("goes with its component, so that another Application may have one of that name", () => {
    const { rig } = withActs([release, release]);
    const part: Part = { ...born, name: "other", image: 1, hasTrait: true, pin: undefined, partition: undefined };
    rig.apply(manifestOf([part], {}, undefined), "another component");
    expectEnd(rig);
    const left = [...rig.cluster.objects.values()].filter((object) => labelOf(object, names.component) === "web");
    expect(left.map((object) => `${String(object["kind"])} ${nameOf(object)}`)).to.deep.equal([]);
  });

  it("is foreseen by admission", () => {
    const part: Part = { ...born, name: "web", image: 1, hasTrait: true, pin: undefined, partition: undefined };
    const images = [...Array.from({ length: 14 }, (_, i) => i + 1), 2, 15, 2];
    const manifests = images.map((image) => manifestOf([{ ...part, image }], {}, undefined));
    const rig = new Rig("Application/default/shop");
    for (const manifest of manifests) {
      rig.apply(manifest, "release");
      rig.rest();
    }
    const known = namesOf(rig.cluster.objects.values(), "ControllerRevision");
    expect(namesOf(rolledOut(manifests), "ControllerRevision")).to.have.members([...known]);
  });
});
