import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { FileError, loadDocuments } from "../src/cluster/files.ts";
import { printYaml } from "../src/cluster/yaml.ts";
import { scratchFile, scratchFolder } from "./support/program.ts";

describe("files", () => {
  const folder = scratchFolder();
  const load = (name: string, content: string | Buffer) => loadDocuments([scratchFile(folder, name, content)]);
  const fault = (name: string, content: string | Buffer): string => {
    try {
      load(name, content);
    } catch (error) {
      if (error instanceof FileError) return error.message.replace(`${folder}/`, "");
      throw error;
    }
    return "no fault";
  };

  it("give the place of every value of the seed", () => {
    const [document] = loadDocuments(["manifests/examples/bookinfo-canary.yaml"]);
    const place = (field: string) => Object.values(document?.locate(field) ?? {}).join(":");
    expect(document?.line).to.equal(1);
    expect(place("spec.workflow.steps[0].properties.traffic.weightedTargets[1].weight")).to.equal("100:25");
    expect(place("spec.components[0].traits[1].properties.rolloutBatches[1].replicas")).to.equal("34:27");
    expect(place("")).to.equal("1:1");
  });

  it("give the place of the nearest value where there is none", () => {
    const [document] = loadDocuments(["manifests/examples/bookinfo.yaml"]);
    const place = (field: string) => document?.locate(field).line;
    expect(place("spec.components[0].properties.nothing.there[3].at")).to.equal(11);
    expect(place('metadata.labels["a.b/c"]')).to.equal(4);
    expect(place("nothing")).to.equal(1);
  });

  it("hold several documents and lists, and skip empty ones", () => {
    const documents = load(
      "several.yaml",
      "---\n# nothing\n---\nkind: A\n---\nkind: List\nitems:\n- kind: B\n- kind: C\n  x:\n    y: 1\n",
    );
    expect(documents.map(({ object, line }) => [object["kind"], line])).to.deep.equal([
      ["A", 4],
      ["B", 8],
      ["C", 9],
    ]);
    expect(documents[2]?.locate("x.y")).to.deep.equal({ line: 11, column: 8 });
  });

  it("come from folders, in order, and from JSON", () => {
    mkdirSync(join(folder, "deep", "er"), { recursive: true });
    scratchFile(join(folder, "deep"), "b.json", '{\n\t"kind": "B"\n}');
    scratchFile(join(folder, "deep", "er"), "a.yml", "kind: A");
    scratchFile(join(folder, "deep"), "c.txt", "no: yaml: at: all");
    expect(loadDocuments([join(folder, "deep")]).map(({ object }) => object["kind"])).to.deep.equal(["B", "A"]);
  });

  it("are read as kubectl reads them", () => {
    const [document] = load("v11.yaml", "a: 010\nb: no\nc: 2026-01-01\nd: &d {x: 1}\ne:\n  <<: *d\n  z: 2\nf: 1e3\n");
    expect(document?.object).to.deep.equal({
      a: 8,
      b: false,
      c: "2026-01-01",
      d: { x: 1 },
      e: { x: 1, z: 2 },
      f: 1000,
    });
  });

  it("have the numbers that kubectl reads", () => {
    const numbers: Record<string, unknown> = {
      "0o17": 15,
      "017": 15,
      "0x1F": 31,
      "0XfF": 255,
      "0b11": 3,
      "-0b11": -3,
      "08": 8,
      "1_000": 1000,
      "+5": 5,
      "-0": 0,
      "1.": 1,
      ".5": 0.5,
      "+.5": 0.5,
      "1e4": 10_000,
      "1.5E+3": 1500,
      "99999999999999999999": 1e20,
      "22:30": "22:30",
      "190:20:30.15": "190:20:30.15",
      "1e400": "1e400",
      "0xFFFFFFFFFFFFFFFFFF": "0xFFFFFFFFFFFFFFFFFF",
      "0o8": "0o8",
      "1.2.3": "1.2.3",
      ".": ".",
      "._5": "._5",
      "0b": "0b",
      "2026-01-01": "2026-01-01",
      y: true,
      Off: false,
    };
    for (const [text, value] of Object.entries(numbers))
      expect(load("number.yaml", `a: ${text}\n`)[0]?.object, text).to.deep.equal({ a: value });
    expect(load("tagged.yaml", "a: !!str 22\nb: !!float 5\n")[0]?.object).to.deep.equal({ a: "22", b: 5 });
  });

  it("are printed so that no reader takes a string for a number", () => {
    for (const text of ["0o17", "22:30", "1e3", "017", "08", "1_000", "y", "~", "2026-01-01"]) {
      const printed = printYaml({ a: text });
      expect(load("printed.yaml", printed)[0]?.object, printed).to.deep.equal({ a: text });
      if (text !== "2026-01-01") expect(printed).to.match(/^a: ['"]/);
    }
  });

  it("tell line and column of what is no YAML", () => {
    expect(fault("tab.yaml", "a: 1\nb:\n\t- c\n")).to.match(/^tab\.yaml:3:\d+: /);
    expect(fault("twice.yaml", "a: 1\na: 2\n")).to.equal("twice.yaml:2:1: duplicated mapping key");
    expect(fault("open.yaml", 'a: "b\n')).to.match(/^open\.yaml:\d+:\d+: /);
  });

  it("tell line and column of what is no JSON", () => {
    expect(fault("comma.json", '{\n  "a": 1,\n}\n')).to.equal("comma.json:3:1: the document is not JSON");
    expect(fault("word.json", '{\n  "a": nul,\n  "b": 2\n}\n')).to.equal("word.json:2:11: the document is not JSON");
    expect(fault("open.json", '{\n  "a": 1')).to.equal("open.json:2:9: the document is not JSON");
  });

  it("refuse what is no object, no UTF-8, no JSON number, or a hostile key", () => {
    expect(fault("list.yaml", "- 1\n")).to.equal("list.yaml:1: an object is required, apiVersion and kind first");
    expect(fault("latin.yaml", Buffer.from([0x61, 0x3a, 0x20, 0xe9]))).to.equal("latin.yaml: is not UTF-8 text");
    expect(fault("nan.yaml", "a: .nan\n")).to.equal("nan.yaml:1: the document has a number that JSON does not have");
    expect(fault("proto.yaml", "a:\n  __proto__: {b: 1}\n")).to.equal(
      'proto.yaml:1: the document has the key "__proto__"',
    );
    expect(fault("proto.json", '{"a": {"__proto__": 1}}')).to.equal(
      'proto.json:1:8: a.__proto__ has the key "__proto__"',
    );
    expect(fault("twice.json", '{"a": 1,\n "a": 2}')).to.equal("twice.json:2:2: a occurs twice");
    expect(fault("word.json", '{\n  "a": nul,\n  "b": 2\n}\n')).to.equal("word.json:2:11: the document is not JSON");
    expect(fault("open.json", '{"a": 1,\n "b": }}')).to.match(/^open\.json:2:\d+: the document is not JSON$/);
    expect(fault("comma.json", '{"a": 1,}')).to.equal("comma.json:1:9: the document is not JSON");
  });

  it("may be large where they spell everything out", () => {
    const items = Array.from({ length: 30_000 }, (_, i) => `- {kind: A, a: {b: ${i}}}`);
    expect(load("large.yaml", `kind: List\nitems:\n${items.join("\n")}\n`)).to.have.length(30_000);
  }).timeout(10_000);

  it("in hidden folders are left alone, and a link to nothing is named", () => {
    const mounted = join(folder, "mounted");
    mkdirSync(join(mounted, "..2026"), { recursive: true });
    scratchFile(join(mounted, "..2026"), "a.yaml", "kind: A");
    symlinkSync("..2026/a.yaml", join(mounted, "a.yaml"));
    expect(loadDocuments([mounted]).map(({ file }) => file)).to.deep.equal([join(mounted, "a.yaml")]);
    symlinkSync("nowhere.yaml", join(mounted, "b.yaml"));
    expect(() => loadDocuments([mounted])).to.throw(FileError, /b\.yaml: cannot be read \(ENOENT\)$/);
  });

  it("survive bombs", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let i = 1; i < 9; i++)
      lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(", ")}]`);
    expect(fault("bomb.yaml", lines.join("\n"))).to.equal("bomb.yaml:1: the document holds more than 100000 values");
    expect(fault("deep.yaml", `a: ${"[".repeat(5000)}${"]".repeat(5000)}`)).to.match(/^deep\.yaml:1/);
    expect(fault("many.yaml", `a: &a 1\nb: [${Array.from({ length: 2000 }, () => "*a").join(", ")}]`)).to.match(
      /^many\.yaml:/,
    );
  });

  it("say which file is not there", () => {
    expect(() => loadDocuments([join(folder, "nowhere.yaml")])).to.throw(
      FileError,
      /nowhere\.yaml: no such file or folder$/,
    );
  });
});
