import { readFileSync } from "node:fs";
import { expect } from "chai";
import { load } from "js-yaml";
import { warningLength } from "../../src/model/admission.ts";
import { planLine } from "../../src/rollout/plan-line.ts";
import { type Case, situation } from "../support/cases.ts";

interface Planned extends Case {
  readonly line?: string;
}

describe("the plan line", () => {
  for (const planned of load(readFileSync("test/rollout/plan-line.yaml", "utf8")) as readonly Planned[]) {
    it(planned.name, () => {
      const { change, world } = situation(planned);
      const line = planLine(change, world);
      expect(line).to.equal(planned.line);
      expect(line?.length ?? 0).to.be.at.most(warningLength);
    });
  }
});
