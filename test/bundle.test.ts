import { spawnSync } from "node:child_process";
import { copyFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { rollguard, scratchFile, scratchFolder } from "./support/program.ts";

const bundle = resolve("dist/rollguard.js");
const cacheFile = readdirSync("dist").find((file) => file.endsWith(".cache")) ?? "there is none";
const words = ["simulate", "manifests/examples/bookinfo.yaml", "manifests/examples/bookinfo-canary.yaml", "resume"];

describe("the bundle", () => {
  const folder = scratchFolder();
  const told = rollguard(words);
  const run = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    return { status, stdout, stderr };
  };

  it("says what the program says", () => {
    expect(told.status).to.equal(0);
    expect(run(bundle, ...words)).to.deep.equal(told);
  });

  it("lies beside compiled code that V8 takes", () => {
    const probe = `const { script } = await import(${JSON.stringify(pathToFileURL(bundle).href)});
      process.stderr.write(String(script.cachedDataRejected));`;
    expect(run(scratchFile(folder, "probe.mjs", probe), "--version").stderr).to.equal("false");
  });

  it("needs none: alone, or beside code of another version, it does the same", () => {
    const alone = join(folder, "rollguard.js");
    copyFileSync(bundle, alone);
    scratchFile(folder, "package.json", '{ "type": "module" }');
    expect(run(alone, ...words)).to.deep.equal(told);
    scratchFile(folder, cacheFile, "compiled by nobody");
    expect(run(alone, ...words)).to.deep.equal(told);
  });
});
