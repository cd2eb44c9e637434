// One executable file: the bundle starts several times faster than the installed packages do.

import { chmodSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

const common = {
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20",
  legalComments: "none",
  logLevel: "warning",
};

/**
 * Most of the bundle are packages that only `serve` and `certs` need. They are packed in it, and unpacked and compiled when
 * one of them is asked for: parsing them would take longer than everything else that another verb does.
 */
const late = ["express", "pino", "prom-client", "selfsigned"];

const packages = await build({
  ...common,
  format: "cjs",
  write: false,
  stdin: {
    contents: late
      .map((name) => `exports[${JSON.stringify(name)}] = () => require(${JSON.stringify(name)});`)
      .join("\n"),
    resolveDir: ".",
  },
});

/** Loads those packages, and what belongs to Node, when the first module that imports them runs, not all at the start. */
const lateLoading = {
  name: "late-loading",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(node:.*|${late.join("|")})$`) }, ({ path }) => ({ path, namespace: "late" }));
    onLoad({ filter: /.*/, namespace: "late" }, ({ path }) => ({
      contents: `module.exports = ${path.startsWith("node:") ? "__node" : "__late"}(${JSON.stringify(path)});`,
    }));
  },
};

const banner = `#!/usr/bin/env node
import { createRequire as __createRequire } from "node:module";
const require = __createRequire(import.meta.url);
const __node = require;
let __packages;
function __late(name) {
  if (!__packages) {
    const text = require("node:zlib").brotliDecompressSync(Buffer.from(__packed, "base64")).toString();
    __packages = {};
    require("node:vm").compileFunction(text, ["require", "exports"], { filename: "packages.js" })(require, __packages);
  }
  return __packages[name]();
}
const __packed = "${brotliCompressSync(packages.outputFiles[0].contents).toString("base64")}";`;

await build({
  ...common,
  format: "esm",
  entryPoints: ["src/cli/main.ts"],
  outfile: "dist/rollguard.js",
  plugins: [lateLoading],
  banner: { js: banner },
});
chmodSync("dist/rollguard.js", 0o755);
