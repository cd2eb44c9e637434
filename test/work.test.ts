import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const work = join(dirname(fileURLToPath(import.meta.url)), "support/work.js");

interface Work {
  readonly runs: number;
  readonly body: { readonly response: { readonly allowed: boolean } };
}

/** In a process of its own, since what is counted is what the coverage of this one counts too. */
function workOf(...counts: readonly number[]): readonly Work[] {
  const env = { ...process.env, NODE_V8_COVERAGE: "" };
  const { stdout } = spawnSync(process.execPath, [work, ...counts.map(String)], { encoding: "utf8", env });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Work);
}

describe("the work of a verdict", () => {
  it("grows with the Application, and not with its square", () => {
    const [first, small, large] = workOf(25, 50, 100);
    expect([first, small, large].map((judged) => judged?.body.response.allowed)).to.deep.equal([true, true, true]);
    expect((large?.runs ?? 0) / (small?.runs ?? 1)).to.be.within(1.5, 2.5);
  });
});
