import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type LoadOptions, LoadReport } from "./load-report.ts";
import { program } from "./network.ts";
import type { Command, Running } from "./processes.ts";

/** A load that runs beside the test. */
export interface Load {
  /** What was answered so far. */
  soFar(): LoadReport;
  /** Ends it, and tells what all requests came to. */
  stop(): Promise<LoadReport>;
  /** Waits until it ends by itself. */
  report(): Promise<LoadReport>;
}

export type LoadTarget = Pick<LoadOptions, "host" | "port" | "hostHeader">;

/** Longer than the load waits for its last answers. */
const graceMs = 20_000;
let started = 0;

export function runLoad(start: (command: Command) => Running, target: LoadTarget, load: Partial<LoadOptions>): Load {
  const options: LoadOptions = { path: "/", rate: 100, seconds: 600, ...target, ...load };
  const command = [process.execPath, program("load"), JSON.stringify(options)];
  const running = start({ name: `load-${++started}`, command });
  const soFar = () => LoadReport.parse(readFileSync(running.log, "utf8"));
  const report = async () => {
    while (!running.hasEnded) await sleep(50);
    return soFar();
  };
  const stop = async () => {
    await running.stop(graceMs);
    return soFar();
  };
  return { soFar, stop, report };
}
