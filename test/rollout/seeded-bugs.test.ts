import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect } from "chai";
import type { Planner } from "./model-state.ts";
import { explore } from "./search.ts";
import { type SeededBug, seededBugs } from "./seeded-bugs.ts";
import { smallWorlds } from "./small-worlds.ts";

/** All of them take minutes: `MODEL=full` looks for all, else for those of the smallest world. */
const isFull = process.env["MODEL"] === "full";
const compiled = join(dirname(fileURLToPath(import.meta.url)), "../../src");

const source = ({ file }: SeededBug): string => readFileSync(join(compiled, "rollout", `${file}.js`), "utf8");

/** The plan of a copy of the program that has the bug. */
async function buggy(bug: SeededBug, folder: string): Promise<Planner> {
  cpSync(compiled, folder, { recursive: true });
  writeFileSync(
    join(folder, "rollout", `${bug.file}.js`),
    source(bug).replace(bug.find, () => bug.put),
  );
  const { plan } = (await import(pathToFileURL(join(folder, "rollout", "plan.js")).href)) as { plan: Planner };
  return plan;
}

/** How the bug shows in its world, and within how many states; one that throws or never ends a plan has shown, too. */
function found(plan: Planner, name: string): string | undefined {
  const world = smallWorlds.find((candidate) => candidate.name === name);
  if (!world) throw new Error(`there is no world ${name}`);
  try {
    const { finding, states } = explore(world, plan, 400_000);
    return finding && `${name}, ${states} states: ${finding.fault}`;
  } catch (error) {
    return `${name}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

describe("seeded bugs", () => {
  it("are at least 25, each at a place of its own", () => {
    expect(seededBugs).to.have.length.of.at.least(25);
    for (const bug of seededBugs) expect(source(bug).split(bug.find), bug.name).to.have.length(2);
  });

  for (const [i, bug] of seededBugs.entries()) {
    if (!isFull && bug.world !== "first deployment") continue;
    it(`are found: ${bug.name}`, async function () {
      this.timeout(300_000);
      const folder = join(compiled, `../seeded-${process.pid}-${i}`);
      after(() => rmSync(folder, { recursive: true, force: true }));
      const where = found(await buggy(bug, folder), bug.world);
      process.stdout.write(`      ${where ?? "not found"}\n`);
      expect(where).not.to.equal(undefined);
    });
  }
});
