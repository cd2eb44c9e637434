import { readFileSync } from "node:fs";
import { expect } from "chai";
import { rules } from "../src/rules/index.ts";
import { leftOut } from "../src/rules/left-out.ts";
import { rollguard } from "./support/program.ts";

/** Letters and sizes of the groups of the catalogue. */
const groups = { F: 5, A: 23, T: 14, R: 21, C: 22, W: 15, M: 13 };

describe("docs", () => {
  for (const page of ["rules", "cli", "states"]) {
    it(`${page}.md is what the program prints; run make docs`, () => {
      expect(readFileSync(`docs/${page}.md`, "utf8")).to.equal(rollguard(["docs", page]).stdout);
    });
  }

  it("account for every code of the catalogue, once as held or left out", () => {
    const codes = Object.entries(groups).flatMap(([letter, size]) =>
      Array.from({ length: size }, (_, i) => `${letter}${String(i + 1).padStart(2, "0")}`),
    );
    const held = new Set(rules.flatMap((rule) => rule.codes));
    expect(codes).to.have.length(113);
    expect(codes.filter((code) => held.has(code) === Object.hasOwn(leftOut, code))).to.deep.equal([]);
    expect([...held, ...Object.keys(leftOut)].filter((code) => !codes.includes(code))).to.deep.equal([]);
  });

  it("begin with a README of at most 150 lines whose files exist", () => {
    const readme = readFileSync("README.md", "utf8");
    expect(readme.split("\n").length).to.be.at.most(150);
    for (const [, file = ""] of readme.matchAll(/\]\(([^)#:]+)\)/g))
      expect(() => readFileSync(file), file).not.to.throw();
  });
});
