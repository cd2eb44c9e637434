import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Behaviour } from "./behaviour.ts";

export interface PodAnswer {
  readonly pod: string;
  readonly namespace: string;
  readonly revision: string | undefined;
}

/** The application in a pod: answers who it is, on every port that its containers declare. */
export class PodServer {
  private readonly servers: Server[] = [];
  private readonly body: string;
  private readonly behaviour: () => Behaviour;
  private answered = 0;

  constructor(answer: PodAnswer, behaviour: () => Behaviour) {
    this.body = JSON.stringify(answer);
    this.behaviour = behaviour;
  }

  async listen(address: string, ports: readonly number[]): Promise<void> {
    for (const port of ports) {
      const server = createServer((request, response) => void this.answer(request, response));
      // Node would close idle connections under a proxy that is about to use them.
      server.keepAliveTimeout = 0;
      server.requestTimeout = 0;
      await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, address, resolve));
      this.servers.push(server);
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    const { latency, fail } = this.behaviour();
    this.answered += 1;
    const status = fail > 0 && this.answered % fail === 0 ? 500 : 200;
    if (latency > 0) await sleep(latency);
    response.writeHead(status, { "content-type": "application/json", "content-length": this.body.length });
    response.end(this.body);
  }

  /** As a program ends on SIGTERM: nothing new, what is in flight is answered while there is time. */
  async end(graceMs: number): Promise<void> {
    const closed = this.servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    for (const server of this.servers) server.closeIdleConnections();
    const limit = setTimeout(() => this.die(), graceMs);
    await Promise.all(closed);
    clearTimeout(limit);
  }

  /** As a program ends on SIGKILL. */
  die(): void {
    for (const server of this.servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  }
}
