import { existsSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ranges } from "./addresses.ts";
import { boundToBed, type Command, mustRun, type Outcome, Running, type RunOptions, run } from "./processes.ts";

/** Compiled programs of the bed lie beside this file. */
export const program = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

/**
 * A network namespace of its own. Its `local` routes make every address of the ranges bindable and reachable at once, and
 * as there is no other route, nothing leaves it.
 */
export class Network {
  private readonly door: Running;
  private readonly socket: string;
  private readonly logs: string;
  private readonly started: Running[] = [];

  private constructor(door: Running, socket: string, logs: string) {
    this.door = door;
    this.socket = socket;
    this.logs = logs;
  }

  static async open(folder: string, logs: string): Promise<Network> {
    if (process.getuid?.() !== 0) throw new Error("the bed makes a network namespace, for which it must be root");
    const socket = join(folder, "door.sock");
    const command = boundToBed(["unshare", "-n", "--", process.execPath, program("door"), socket]);
    const network = new Network(new Running({ name: "door", command }, logs), socket, logs);
    await network.door.ready(async () => existsSync(socket));
    await network.run(["ip", "link", "set", "lo", "up"]);
    for (const range of Object.values(ranges)) {
      await mustRun(network.inside(["ip", "route", "add", "local", range, "dev", "lo"]));
    }
    return network;
  }

  /** The command line that runs a command in here. Each part replaces itself by the next, so the process id stays the same. */
  inside(command: readonly string[]): string[] {
    return ["nsenter", "-t", String(this.door.pid), "-n", "--", ...boundToBed(command)];
  }

  run(command: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    return run(this.inside(command), options);
  }

  /** Starts a server that ends with the bed. */
  start(command: Command): Running {
    const running = new Running({ ...command, command: this.inside(command.command) }, this.logs);
    this.started.push(running);
    return running;
  }

  /** A connection from this process, which is outside, to an address inside. */
  connect(host: string, port: number): Socket {
    const socket = connect(this.socket);
    socket.write(`${host} ${port}\n`);
    return socket;
  }

  /** Ends everything in here. Nothing of it is worth a gentle end. */
  async close(): Promise<void> {
    await Promise.all([...this.started, this.door].map((running) => running.stop(0)));
  }
}
