import { readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { expect } from "chai";

/** The floors of the house, lowest first. Imports point down; rooms on one floor do not know each other. */
const floors = [
  ["model"],
  ["rules", "mutations", "render"],
  ["admission", "rollout", "mesh"],
  ["simulate", "cluster"],
  ["server", "controller", "install", "cli"],
];
/** The top floor is put together by the command line. */
const assembler = "cli";
/** Each package is imported by one file, its door. */
const doors: Readonly<Record<string, string>> = {
  "@kubernetes/client-node": "cluster/client.ts",
  commander: "cli/command.ts",
  express: "server/app.ts",
  "fast-json-patch": "admission/patch.ts",
  "js-yaml": "cluster/yaml.ts",
  picocolors: "cli/print.ts",
  pino: "server/log.ts",
  "prom-client": "server/metrics.ts",
  selfsigned: "install/make-certificates.ts",
};
/** What the pure floors may take from Node: a hash is a function of its input. */
const pureBuiltins = ["node:crypto"];
const impure = /\b(Date|Math\.random|process|console|setTimeout|setInterval|performance|fetch)\b\s*[.(]/;

const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
const source = (file: string) => readFileSync(join("src", file), "utf8");
const roomOf = (file: string) => file.split("/")[0] ?? "";
const floorOf = (room: string) => floors.findIndex((floor) => floor.includes(room));
const isPure = (room: string) => room === "simulate" || floorOf(room) <= 2;
const importsOf = (file: string) =>
  [...source(file).matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map((match) => match[1] ?? "");

describe("architecture", () => {
  it("has no room without a floor", () => {
    expect(files.filter((file) => floorOf(roomOf(file)) < 0)).to.deep.equal([]);
  });

  it("imports downwards only", () => {
    const faults = files.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith("."))
        .map((specifier) => roomOf(normalize(join(file, "..", specifier))))
        .filter((room) => room !== roomOf(file) && floorOf(room) >= floorOf(roomOf(file)) && roomOf(file) !== assembler)
        .map((room) => `${file} imports ${room}`),
    );
    expect(faults).to.deep.equal([]);
  });

  it("opens one door to every package", () => {
    const faults = files.flatMap((file) =>
      importsOf(file)
        .filter(
          (specifier) => !specifier.startsWith(".") && !specifier.startsWith("node:") && doors[specifier] !== file,
        )
        .map((specifier) => `${file} imports ${specifier}`),
    );
    expect(faults).to.deep.equal([]);
  });

  it("keeps the lower floors and the simulator pure", () => {
    const pure = files.filter((file) => isPure(roomOf(file)));
    const builtins = pure.filter((file) =>
      importsOf(file).some((name) => name.startsWith("node:") && !pureBuiltins.includes(name)),
    );
    expect(builtins).to.deep.equal([]);
    expect(pure.filter((file) => impure.test(source(file)))).to.deep.equal([]);
  });

  it("keeps files short", () => {
    expect(
      files.filter((file) => file !== "rules/index.ts" && source(file).trimEnd().split("\n").length > 200),
    ).to.deep.equal([]);
  });
});
