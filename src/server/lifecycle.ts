import type { Exchanges } from "./connections.ts";
import { type Listening, type Pause, pause, stop } from "./listening.ts";
import { type Logger, originOf } from "./log.ts";

/** Whether the server is about to end. */
export interface Standing {
  isDraining: boolean;
  hasFailed: boolean;
}

export interface Ending {
  /** Stops gently; a second call cuts the wait short. */
  drain(): Promise<void>;
  /** Stops at once: what is in flight is answered, nothing else. */
  fail(): Promise<void>;
}

export interface Closing {
  readonly standing: Standing;
  readonly exchanges: Exchanges;
  readonly servers: readonly Listening[];
  readonly drainMs: number;
  readonly stopMs: number;
  /** Called at the beginning of the end; it goes on beside the answers. */
  draining(): Promise<void>;
  /** Called when all connections are closed. */
  closed(): Promise<void>;
}

/** After an error nobody waits longer than this for what is in flight. */
const failMs = 2_000;

/**
 * Not ready at once, then as good as ever for a while, since API servers go on calling until they have heard of it; each
 * answer closes its connection. Then the end.
 */
export function makeEnding({ standing, exchanges, servers, drainMs, stopMs, draining, closed }: Closing): Ending {
  let wait: Pause | undefined;
  let ending: Promise<void> | undefined;
  const end = async (waitMs: number, graceMs: number): Promise<void> => {
    standing.isDraining = true;
    exchanges.closeAfterAnswer();
    const drained = draining();
    wait = pause(waitMs);
    await wait.over;
    await stop(servers, graceMs);
    await drained;
    await closed();
  };
  return {
    drain: () => {
      wait?.cut();
      ending ??= end(drainMs, stopMs);
      return ending;
    },
    fail: () => {
      standing.hasFailed = true;
      wait?.cut();
      ending ??= end(0, Math.min(failMs, stopMs));
      return ending;
    },
  };
}

/**
 * Ends the process with the server: on SIGTERM and SIGINT after draining, with code 0 (a second signal cuts the wait
 * short), on an error that nobody caught with code 1. Returns what takes this back.
 */
export function endWithServer(server: Ending, logger: Logger): () => void {
  const exit = (code: number) => () => {
    logger.flush();
    process.exit(code);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    logger.info("draining", { signal });
    server.drain().then(exit(0), exit(1));
  };
  const onFault = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    logger.error("an error that nobody caught", { ...originOf(error), reason });
    server.fail().then(exit(1), exit(1));
  };
  const signals = ["SIGTERM", "SIGINT"] as const;
  const faults = ["uncaughtException", "unhandledRejection"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  for (const fault of faults) process.on(fault, onFault);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
    for (const fault of faults) process.off(fault, onFault);
  };
}
