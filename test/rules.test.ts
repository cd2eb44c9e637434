import { readdirSync } from "node:fs";
import { expect } from "chai";
import { judge } from "../src/admission/judge.ts";
import { rules } from "../src/rules/index.ts";
import { type Case, caseFiles, loadCases, situation } from "./support/cases.ts";

/** RULES="a b" runs these alone. */
const chosen = process.env["RULES"]?.split(" ");
/** The seed's own host is the wildcard. */
const wildcard = "gateway-host-is-specific";

function verdictOf(testCase: Case) {
  const { change, world } = situation(testCase);
  const { violations, warnings } = judge(change, world);
  return { violations, warnings };
}

const others = (warnings: readonly { rule: string }[], id: string) =>
  [...new Set(warnings.map((warning) => warning.rule).filter((rule) => rule !== id && rule !== wildcard))].sort();

describe("rules", () => {
  for (const rule of rules.filter(({ id }) => !chosen || chosen.includes(id))) {
    describe(rule.id, () => {
      const cases = loadCases(`test/rules/${rule.id}.yaml`);
      for (const testCase of cases.accept) {
        it(`accepts ${testCase.name}`, () => {
          const { violations, warnings } = verdictOf(testCase);
          expect(violations).to.deep.equal([]);
          expect(warnings.filter((warning) => warning.rule === rule.id)).to.deep.equal([]);
          expect(others(warnings, rule.id)).to.deep.equal([...(testCase.also ?? [])].sort());
        });
      }
      for (const testCase of cases.reject) {
        it(`rejects ${testCase.name}`, () => {
          const { violations, warnings } = verdictOf(testCase);
          const ours = [...violations, ...warnings].filter((finding) => finding.rule === rule.id);
          const said = ours.map(({ field, message }) => [field, message]);
          expect(said).to.deep.equal(Object.entries(testCase.says));
          expect(violations.filter((violation) => violation.rule !== rule.id)).to.deep.equal([]);
          expect(others(warnings, rule.id)).to.deep.equal([...(testCase.also ?? [])].sort());
        });
      }
    });
  }

  it("are the files of src/rules, each with accepting and rejecting cases", () => {
    const files = readdirSync("src/rules").filter((file) => !["rule.ts", "index.ts", "left-out.ts"].includes(file));
    const ids = rules.map((rule) => rule.id).sort();
    expect(files.map((file) => file.replace(/\.ts$/, "")).sort()).to.deep.equal(ids);
    expect([...caseFiles("test/rules")].sort()).to.deep.equal(ids);
    for (const id of ids) {
      const cases = loadCases(`test/rules/${id}.yaml`);
      expect(cases.accept, id).to.have.length.above(0);
      expect(cases.reject, id).to.have.length.above(0);
    }
  });

  it("speak in sentences", () => {
    for (const { id, invariant, because } of rules) {
      expect(invariant, id).to.match(/^[A-Z].*\.$/);
      expect(because, id).to.match(/^[A-Z].*\.$/);
    }
  });
});
