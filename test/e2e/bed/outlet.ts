import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Network } from "./network.ts";

/**
 * A port on this side's loopback that leads to an address inside the network, for what a test runs in its own process; and
 * a line that can be cut.
 */
export class Outlet {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  /** Connections made so far. */
  connections = 0;
  private isRefusing = false;

  private constructor(network: Network, host: string, port: number) {
    this.server = createServer((outer) => {
      this.connections++;
      if (this.isRefusing) return void outer.destroy();
      this.join(outer, network.connect(host, port));
    });
  }

  static async open(network: Network, host: string, port: number): Promise<Outlet> {
    const outlet = new Outlet(network, host, port);
    await new Promise<void>((resolve, reject) =>
      outlet.server.once("error", reject).listen(0, "127.0.0.1", () => resolve()),
    );
    return outlet;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Breaks every connection. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Takes no connection from now on, and breaks those that are; returns what takes them again. */
  refuse(): () => void {
    this.isRefusing = true;
    this.cut();
    return () => {
      this.isRefusing = false;
    };
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private join(outer: Socket, inner: Socket): void {
    this.sockets.add(outer);
    outer.pipe(inner).pipe(outer);
    // An end of either is the end of both; that is all there is to an error here.
    for (const [socket, other] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      socket.on("error", () => {});
      socket.on("close", () => {
        this.sockets.delete(outer);
        other.destroy();
      });
    }
  }
}
