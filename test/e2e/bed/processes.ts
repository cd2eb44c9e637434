import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface Command {
  readonly name: string;
  readonly command: readonly string[];
  /** Added to the environment of the bed, unless `bare`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly bare?: boolean;
  readonly cwd?: string;
}

/** What differs from now on when a server is started again. */
export interface Change {
  readonly env?: Readonly<Record<string, string>>;
  /** Appended to the command line, where the last of two equal flags rules. */
  readonly flags?: readonly string[];
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeoutMs?: number;
}

/** Should the bed itself be ended with no chance to act, the kernel ends what it started. */
const bound = ["setpriv", "--pdeathsig", "KILL", "--"];
const live = new Set<ChildProcess>();

/** The process leads a session of its own, so that its children end with it. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // It has ended in this very moment.
  }
}

process.on("exit", () => {
  for (const child of live) signal(child, "SIGKILL");
});

/** A server of the bed: can be ended and started again, also with other flags. */
export class Running {
  private child: ChildProcess;
  private over: Promise<void>;
  readonly log: string;
  private command: Command;

  constructor(command: Command, folder: string) {
    this.command = command;
    this.log = join(folder, `${command.name}.log`);
    [this.child, this.over] = launch(command, this.log);
  }

  get name(): string {
    return this.command.name;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get hasEnded(): boolean {
    const { pid, exitCode, signalCode } = this.child;
    return pid === undefined || exitCode !== null || signalCode !== null;
  }

  /** The last lines that it wrote. */
  tail(lines = 8): string {
    return existsSync(this.log) ? readFileSync(this.log, "utf8").trim().split("\n").slice(-lines).join("\n") : "";
  }

  kill(name: NodeJS.Signals): void {
    signal(this.child, name);
  }

  /** Asks it to end, and insists after `graceMs`. */
  async stop(graceMs = 2_000): Promise<void> {
    this.kill("SIGTERM");
    const insist = setTimeout(() => this.kill("SIGKILL"), graceMs);
    await this.over;
    clearTimeout(insist);
  }

  async restart({ env = {}, flags = [] }: Change = {}, graceMs = 2_000): Promise<void> {
    await this.stop(graceMs);
    const { command } = this;
    this.command = { ...command, command: [...command.command, ...flags], env: { ...command.env, ...env } };
    [this.child, this.over] = launch(this.command, this.log);
  }

  /** Polls until the probe holds; an ended process or a lapsed time is an error that shows the log. */
  async ready(probe: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await probe().catch(() => false))) {
      if (this.hasEnded) throw new Error(`${this.name} ended:\n${this.tail()}`);
      if (Date.now() > deadline) throw new Error(`${this.name} is not ready after ${timeoutMs} ms:\n${this.tail()}`);
      await sleep(50);
    }
  }
}

function launch(command: Command, log: string): [ChildProcess, Promise<void>] {
  const [program = "", ...args] = command.command;
  const output = openSync(log, "a");
  const child = spawn(program, args, {
    cwd: command.cwd,
    env: { ...(command.bare === true ? {} : process.env), ...command.env },
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  live.add(child);
  const over = new Promise<void>((resolve) => {
    const end = () => {
      live.delete(child);
      resolve();
    };
    child.on("exit", end);
    child.on("error", end);
  });
  return [child, over];
}

/** The command as it must be to end with the bed. */
export const boundToBed = (command: readonly string[]): string[] => [...bound, ...command];

/** Runs a command to its end. */
export function run(command: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const [program = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    live.add(child);
    const limit = setTimeout(() => signal(child, "SIGKILL"), options.timeoutMs ?? 120_000);
    const stdout: string[] = [];
    const stderr: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (text: string) => stdout.push(text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => stderr.push(text));
    // A command that does not read its input is no fault.
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
    const settle = (act: () => void) => {
      clearTimeout(limit);
      live.delete(child);
      act();
    };
    child.on("error", (error) => settle(() => reject(error)));
    child.on("close", (code) =>
      settle(() => resolve({ code: code ?? -1, stdout: stdout.join(""), stderr: stderr.join("") })),
    );
  });
}

/** What a command printed, where its failure is a failure of the bed. */
export async function mustRun(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, options);
  const tail = stderr.trim().split("\n").slice(-8).join("\n");
  if (code !== 0) throw new Error(`${command.slice(0, 12).join(" ")} ended with ${code}: ${tail}`);
  return stdout;
}

/**
 * Waits until nobody else holds the lock of this file, and holds it. The kernel frees it with the process that holds it, and
 * that one ends with this one. Returns what frees it.
 */
export async function holdLock(file: string): Promise<() => Promise<void>> {
  const holder = spawn("flock", [file, "sh", "-c", "echo held; cat"], { stdio: ["pipe", "pipe", "inherit"] });
  const over = new Promise<void>((resolve) => holder.on("close", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once("data", () => resolve());
    holder.once("error", reject);
    holder.once("close", (code) => reject(new Error(`no lock on ${file}: flock ended with ${code}`)));
  });
  return () => {
    holder.stdin.end();
    return over;
  };
}
