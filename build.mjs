// One executable file: the bundle starts several times faster than the installed packages do.

import { chmodSync } from "node:fs";
import { fileURLToPath } from "node:url";
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

await build({
  entryPoints: ["src/cli/main.ts"],
  outfile: "dist/rollguard.js",
  bundle: true,
  minify: true,
  platform: "node",
  format: "esm",
  target: "node20",
  legalComments: "none",
  logLevel: "warning",
  plugins: [kubeconfigOnly],
  banner: {
    js: '#!/usr/bin/env node\nimport { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);',
  },
});
chmodSync("dist/rollguard.js", 0o755);
