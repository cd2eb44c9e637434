import { existsSync } from "node:fs";
import { isIPv6 } from "node:net";
import { worldFromFiles } from "../cluster/file-world.ts";
import { planLine } from "../rollout/plan-line.ts";
import { startServer } from "../server/serve.ts";
import { complain } from "./print.ts";
import { type ExitCode, exitCodes, UsageError } from "./usage.ts";

export interface ServeOptions {
  readonly world?: readonly string[];
  readonly tlsCert: string;
  readonly tlsKey: string;
  readonly host: string;
  readonly port: number;
  readonly httpPort: number;
  readonly drainSeconds: number;
}

/** Serves the webhooks until it is told to stop, judging against the objects of files. */
export async function serve({
  world = [],
  tlsCert,
  tlsKey,
  host,
  port,
  httpPort,
  drainSeconds,
}: ServeOptions): Promise<ExitCode> {
  if (world.length === 0) throw new UsageError("serve needs a --world of files (an empty folder is an empty world)");
  const absent = [tlsCert, tlsKey].find((file) => !existsSync(file));
  if (absent !== undefined)
    throw new UsageError(
      `${absent}: no such file; make one with rollguard certs --out certs, or name it with --tls-cert and --tls-key`,
    );
  const surroundings = { ...worldFromFiles([], world), planLine };
  try {
    const running = await startServer({
      surroundings,
      tls: { cert: tlsCert, key: tlsKey },
      host,
      port,
      httpPort,
      drainSeconds,
    });
    complain(
      `webhooks at ${running.url}/mutate and /validate, health and metrics at http://${isIPv6(host) ? `[${host}]` : host}:${running.httpPort}`,
    );
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  return exitCodes.ok;
}
