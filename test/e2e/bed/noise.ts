/** A program: changes something of the mesh that nobody uses, again and again, so that istiod's debounce never rests. */
import { Agent, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { apiServerUrl } from "./addresses.ts";
import { tokens } from "./control-plane.ts";

export interface NoiseOptions {
  readonly ca: string;
  readonly namespace: string;
  readonly everyMs: number;
}

const { ca, namespace, everyMs } = JSON.parse(process.argv[2] ?? "") as NoiseOptions;
const agent = new Agent({ keepAlive: true, ca });
const headers = { authorization: `Bearer ${tokens.admin}`, "content-type": "application/apply-patch+yaml" };
const path = `/apis/networking.istio.io/v1/namespaces/${namespace}/serviceentries/noise?fieldManager=noise&force=true`;

function change(turn: number): void {
  const object = {
    apiVersion: "networking.istio.io/v1",
    kind: "ServiceEntry",
    metadata: { name: "noise", namespace },
    spec: {
      hosts: [`noise-${turn % 7}.example`],
      resolution: "STATIC",
      ports: [{ number: 81, name: "http", protocol: "HTTP" }],
      endpoints: [{ address: `10.99.250.${1 + (turn % 250)}` }],
    },
  };
  const sent = request(`${apiServerUrl}${path}`, { method: "PATCH", agent, headers }, (response) => response.resume());
  sent.on("error", (error) => process.stderr.write(`${error.message}\n`));
  sent.end(JSON.stringify(object));
}

for (let turn = 0; ; turn++) {
  change(turn);
  await sleep(everyMs);
}
