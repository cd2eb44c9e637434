/**
 * A program: applies an Application many times over one kept connection, each time with another image in it, and prints how
 * long each answer took. Namespaces take turns, each in another order than the one before, so that whatever else goes on, what is
 * still done after an answer too, is the same for all of them.
 */
import { Agent, request } from "node:https";
import { apiServerUrl } from "./addresses.ts";
import { tokens } from "./control-plane.ts";

export interface AppliesOptions {
  readonly ca: string;
  readonly namespaces: readonly string[];
  readonly times: number;
  /** By namespace, with the word IMAGE in it. */
  readonly objects: Readonly<Record<string, string>>;
}

const { ca, namespaces, times, objects } = JSON.parse(process.argv[2] ?? "") as AppliesOptions;
const agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
const headers = { authorization: `Bearer ${tokens.admin}`, "content-type": "application/apply-patch+yaml" };

function apply(namespace: string, turn: number): Promise<number> {
  const body = (objects[namespace] ?? "").replaceAll("IMAGE", `registry.example/ratings:1.${turn}`);
  const path = `/apis/core.oam.dev/v1beta1/namespaces/${namespace}/applications/book-info?fieldManager=measure&force=true`;
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(`${apiServerUrl}${path}`, { method: "PATCH", agent, headers }, (response) => {
      const parts: string[] = [];
      response.setEncoding("utf8").on("data", (text: string) => parts.push(text));
      response.on("end", () => {
        if (response.statusCode !== 200 && response.statusCode !== 201) reject(new Error(parts.join("").slice(0, 500)));
        else resolve(performance.now() - start);
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const took: Record<string, number[]> = Object.fromEntries(namespaces.map((namespace) => [namespace, []]));
for (let turn = 0; turn < times; turn++) {
  const first = turn % namespaces.length;
  for (const namespace of [...namespaces.slice(first), ...namespaces.slice(0, first)])
    took[namespace]?.push(await apply(namespace, turn));
}
process.stdout.write(JSON.stringify(took));
process.exit(0);
