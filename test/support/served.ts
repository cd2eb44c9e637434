import { type ChildProcess, spawn } from "node:child_process";
import { request } from "node:https";
import { makeCertificates } from "../../src/install/make-certificates.ts";
import { programPath, scratchFile } from "./program.ts";

/** A `rollguard serve` process, and how to ask it. */
export interface Served {
  post(path: string, body: string): Promise<{ status: number; body: unknown; milliseconds: number }>;
  readonly child: ChildProcess;
}

/** Starts the program on a world of files, on free ports of the loopback. */
export async function served(folder: string, world: string): Promise<Served> {
  const { ca, cert, key } = await makeCertificates({ names: ["localhost", "127.0.0.1"], days: 1 });
  const files = { cert: scratchFile(folder, "tls.crt", cert), key: scratchFile(folder, "tls.key", key) };
  const args = [
    "serve",
    "--world",
    world,
    "--tls-cert",
    files.cert,
    "--tls-key",
    files.key,
    "--port",
    "0",
    "--http-port",
    "0",
    "--drain-seconds",
    "0",
  ];
  const child = spawn(process.execPath, [programPath, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<number>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`serve ended with ${code}`)));
    let said = "";
    child.stdout?.on("data", (chunk) => {
      said += String(chunk);
      const port = /"port":(\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
  const post: Served["post"] = (path, body) =>
    new Promise((resolve, reject) => {
      const start = performance.now();
      const sent = request(
        { host: "127.0.0.1", port, path, method: "POST", ca, headers: { "content-type": "application/json" } },
        (response) => {
          let text = "";
          response.on("data", (chunk) => {
            text += String(chunk);
          });
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              body: JSON.parse(text),
              milliseconds: performance.now() - start,
            }),
          );
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  return { post, child };
}

export const stop = (child: ChildProcess): Promise<unknown> => {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  return ended;
};
