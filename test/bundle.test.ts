import { chmodSync, chownSync, copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { type Ended, node, rollguard, scratchFile, scratchFolder } from "./support/program.ts";

const bundle = resolve("dist/rollguard.js");
const words = ["simulate", "manifests/examples/bookinfo.yaml", "manifests/examples/bookinfo-canary.yaml", "resume"];

describe("the bundle", () => {
  const folder = scratchFolder();
  const alone = join(folder, "rollguard.js");
  let told: Ended;
  let code: string;
  before(() => {
    told = rollguard(words);
    code = readdirSync("dist").find((file) => file.endsWith(".cache")) ?? "none";
    copyFileSync(bundle, alone);
    scratchFile(folder, "package.json", '{ "type": "module" }');
  });

  /** What V8 says of the compiled code beside a bundle: undefined where the bundle gave it none. */
  const isRejected = (file: string): string => {
    const probe = `const { script } = await import(${JSON.stringify(pathToFileURL(file).href)});
      process.stderr.write(String(script.cachedDataRejected));`;
    return node([scratchFile(folder, "probe.mjs", probe), "--version"]).stderr;
  };

  it("says what the program says", () => {
    expect(told.status).to.equal(0);
    expect(node([bundle, ...words])).to.deep.equal(told);
  });

  it("lies beside its compiled code, which V8 takes", () => {
    expect(isRejected(bundle)).to.equal("false");
  });

  it("does the same alone, or where that file is no compiled code or cannot be read", () => {
    expect(node([alone, ...words])).to.deep.equal(told);
    scratchFile(folder, code, "compiled by nobody");
    expect([isRejected(alone), node([alone, ...words])]).to.deep.equal(["true", told]);
    rmSync(join(folder, code));
    mkdirSync(join(folder, code));
    expect([isRejected(alone), node([alone, ...words])]).to.deep.equal(["undefined", told]);
    rmSync(join(folder, code), { recursive: true });
  });

  it("leaves alone what others can write to, as in a folder of all users", () => {
    copyFileSync(join("dist", code), join(folder, code));
    expect(isRejected(alone)).to.equal("false");
    chmodSync(join(folder, code), 0o666);
    expect(isRejected(alone)).to.equal("undefined");
    rmSync(join(folder, code));
  });

  it("leaves alone what another user has put there", function () {
    if (process.getuid?.() !== 0) this.skip();
    copyFileSync(join("dist", code), join(folder, code));
    chownSync(join(folder, code), 65534, 65534);
    expect(isRejected(alone)).to.equal("undefined");
    rmSync(join(folder, code));
  });

  it("leaves alone what another Node has compiled: V8 would crash on it", () => {
    expect(code).to.include(`-${process.version}-${process.arch}-`);
    for (const part of [process.version, process.arch, /\d+(?=\.cache)/]) {
      const other = code.replace(part, "other");
      copyFileSync(join("dist", code), join(folder, other));
      expect(isRejected(alone), other).to.equal("undefined");
    }
  });
});
