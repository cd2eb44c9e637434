// One executable file: the bundle starts several times faster than the installed packages do.

import { chmodSync } from "node:fs";
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
