// One executable file, which starts several times faster than the installed packages do, and its compiled code beside it.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

/** What the Kubernetes client imports only to send requests, which we do not let it: 3.4 MB that every start would read. */
const unused = {
  "./gen/index.js": ["createConfiguration", "ServerConfiguration"],
  "node-fetch": ["Headers"],
  hpagent: ["HttpProxyAgent", "HttpsProxyAgent"],
  "socks-proxy-agent": ["SocksProxyAgent"],
};

/** Takes of the Kubernetes client what reads a kubeconfig and authenticates (docs/adr/0013). */
const kubeconfigOnly = {
  name: "kubeconfig-only",
  setup(bundle) {
    const client = fileURLToPath(new URL("node_modules/@kubernetes/client-node/dist/", import.meta.url));
    bundle.onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({ path: `${client}config.js` }));
    bundle.onResolve({ filter: /./ }, ({ path, importer }) =>
      importer.startsWith(client) && Object.hasOwn(unused, path) ? { path, namespace: "unused" } : undefined,
    );
    bundle.onLoad({ filter: /./, namespace: "unused" }, ({ path }) => ({
      contents: unused[path].map((name) => `export const ${name} = undefined;`).join("\n"),
    }));
  },
};

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
const late = ["@kubernetes/client-node", "express", "pino", "prom-client", "selfsigned"];

const packages = await build({
  ...common,
  format: "cjs",
  write: false,
  plugins: [kubeconfigOnly],
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

const program = await build({
  ...common,
  format: "cjs",
  write: false,
  entryPoints: ["src/cli/main.ts"],
  plugins: [lateLoading],
});

const text = `(function (__node, __late) {${program.outputFiles[0].text}\n})`;
const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);

/**
 * Runs the program with its compiled code, where that lies beside it; no import can be told of it. V8 looks at its own version
 * and flags, but not at the text, nor at what another build of Node has built into it, and crashes: so the name of the file
 * says which program it is of, and which Node compiled it; and it is taken only of whoever owns the program (docs/adr/0018).
 */
const launcher = `#!/usr/bin/env node
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { compileFunction, Script } from "node:vm";
const require = createRequire(import.meta.url);
let packages;
function late(name) {
  if (!packages) {
    const text = require("node:zlib").brotliDecompressSync(Buffer.from(packed, "base64")).toString();
    packages = {};
    compileFunction(text, ["require", "exports"], { filename: "packages.js" })(require, packages);
  }
  return packages[name]();
}
const packed = "${brotliCompressSync(packages.outputFiles[0].contents).toString("base64")}";
export let cache;
let cachedData;
try {
  const compiler = [process.version, process.arch, statSync(process.execPath).size].join("-");
  cache = fileURLToPath(new URL("rollguard-${hash}-" + compiler + ".cache", import.meta.url));
  const file = openSync(cache, constants.O_RDONLY | constants.O_NONBLOCK);
  const its = fstatSync(file);
  const isOurs = its.uid === statSync(fileURLToPath(import.meta.url)).uid && (its.mode & 0o022) === 0;
  if (its.isFile() && isOurs) cachedData = readFileSync(file);
  closeSync(file);
} catch {
  // There is none, or none that can be read: V8 compiles as ever.
}
export const script = new Script(${JSON.stringify(text)}, { filename: "rollguard.js", cachedData });
script.runInThisContext()(require, late);
`;

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist");
writeFileSync("dist/rollguard.js", launcher);
chmodSync("dist/rollguard.js", 0o755);

/** V8 keeps of a program what has run of it: the seed's story takes judging, planning and printing. */
const story = [
  "simulate",
  ...["bookinfo", "bookinfo-canary"].map((name) => `manifests/examples/${name}.yaml`),
  "resume",
];
const { status, stderr } = spawnSync(process.execPath, ["keep-code.mjs", ...story], { encoding: "utf8" });
if (status !== 0) throw new Error(`rollguard ${story.join(" ")} ended with ${status}: ${stderr}`);
