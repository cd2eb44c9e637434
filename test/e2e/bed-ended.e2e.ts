import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { findBinaries } from "./bed/binaries.ts";
import { program } from "./bed/network.ts";
import { commandLines } from "./command-lines.ts";
import { say } from "./rig.ts";

describe("a bed whose own process is told to end", function () {
  this.timeout(60_000);
  let folder: string;
  before(async function () {
    this.timeout(0);
    await findBinaries(say);
    folder = mkdtempSync(join(tmpdir(), "rollguard-ended-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [signal, code] of [
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)
    it(`leaves no process and no file after ${signal}`, async () => {
      const start = `const { startBed } = await import(${JSON.stringify(program("bed"))}); await startBed({ progress: console.log });`;
      const env = { ...process.env, TMPDIR: folder };
      const child = spawn(process.execPath, ["--input-type=module", "-e", start], { env });
      const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
      child.stdout.on("data", (text: Buffer) => {
        if (text.includes("the API server is ready")) child.kill(signal);
      });
      expect(await ended).to.equal(code);
      const ofBed = () => commandLines().filter((line) => line.includes(folder));
      // The kernel ends some of them a moment later.
      for (const deadline = Date.now() + 5_000; ofBed().length > 0 && Date.now() < deadline; ) await sleep(50);
      expect(ofBed()).to.deep.equal([]);
      expect(readdirSync(folder)).to.deep.equal([]);
    });
});
