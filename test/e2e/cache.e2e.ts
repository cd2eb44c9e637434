import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";

const cache = new URL("./bed/cache.js", import.meta.url).href;

/** Wants the file, and where it is the one that makes it, says so and takes a while. */
const maker = (path: string, milliseconds: number): string => `
  import { once } from ${JSON.stringify(cache)};
  import { appendFileSync, writeFileSync } from "node:fs";
  await once(${JSON.stringify(path)}, async (temporary) => {
    appendFileSync(${JSON.stringify(`${path}.log`)}, process.pid + "\\n");
    writeFileSync(temporary, "half");
    await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
    writeFileSync(temporary, "whole");
  });
`;

describe("the cache of the test bed", () => {
  let folder: string;
  let path: string;
  const begin = (milliseconds: number): ChildProcess =>
    spawn(process.execPath, ["--input-type=module", "-e", maker(path, milliseconds)], { stdio: "inherit" });
  const end = (child: ChildProcess) => new Promise((resolve) => child.once("exit", resolve));
  const makers = (): string[] =>
    existsSync(`${path}.log`) ? readFileSync(`${path}.log`, "utf8").trim().split("\n") : [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rollguard-cache-"));
    path = join(folder, "binary");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is filled by one of two that find it empty", async () => {
    const codes = await Promise.all([begin(400), begin(400)].map(end));
    expect(codes).to.deep.equal([0, 0]);
    expect(makers()).to.have.length(1);
    expect(readFileSync(path, "utf8")).to.equal("whole");
  });

  it("is filled by the other one where the first is killed at it", async () => {
    const first = begin(60_000);
    while (makers().length === 0) await sleep(20);
    const second = begin(0);
    first.kill("SIGKILL");
    expect(await end(second)).to.equal(0);
    expect(readFileSync(path, "utf8")).to.equal("whole");
    expect(readdirSync(folder).filter((name) => name.includes(".making-"))).to.deep.equal([]);
  });
});
