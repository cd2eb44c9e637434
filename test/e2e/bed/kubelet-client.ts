import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports?: readonly { readonly containerPort: number; readonly protocol?: string }[];
  readonly readinessProbe?: unknown;
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
}

/** What the kubelet reads of a pod. */
export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly deletionGracePeriodSeconds?: number;
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly restartPolicy?: string;
    readonly containers: readonly Container[];
  };
  readonly status?: { readonly podIP?: string; readonly phase?: string };
}

export interface Account {
  readonly server: string;
  readonly token: string;
  readonly ca: string;
}

interface PodEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: Pod;
}

interface PodList {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly Pod[];
}

/** The little of the API that a kubelet needs, on kept connections. */
export class KubeletClient {
  private readonly account: Account;
  private readonly agent: Agent;

  constructor(account: Account) {
    this.account = account;
    this.agent = new Agent({ keepAlive: true, ca: account.ca, maxSockets: 32 });
  }

  private send(method: string, path: string, body?: unknown, type = "application/json"): Promise<IncomingMessage> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const content = text === undefined ? {} : { "content-type": type, "content-length": Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.account.token}`, accept: "application/json", ...content };
      const sent = request(`${this.account.server}${path}`, { method, agent: this.agent, headers }, resolve);
      sent.on("error", reject);
      sent.end(text);
    });
  }

  /** The answer's object. What is gone or done already is no error; what the server cannot do now is tried again. */
  async call(method: string, path: string, body?: unknown, type?: string): Promise<unknown> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.once(method, path, body, type);
      } catch (error) {
        if (attempt === 5) throw error;
        await sleep(100 * 2 ** attempt);
      }
    }
  }

  private async once(method: string, path: string, body?: unknown, type?: string): Promise<unknown> {
    const response = await this.send(method, path, body, type);
    const text = await read(response);
    const status = response.statusCode ?? 0;
    if (status < 300) return JSON.parse(text);
    if (status === 404 || status === 409) return undefined;
    throw new Error(`${method} ${path}: ${status} ${text.slice(0, 200)}`);
  }

  /** Tells of every pod, and again whenever one changes; after a broken watch also which are gone. Never returns. */
  async follow(seen: (pod: Pod) => void, gone: (uid: string) => void): Promise<never> {
    let known = new Set<string>();
    for (;;) {
      try {
        const list = (await this.once("GET", "/api/v1/pods")) as PodList;
        const present = new Set(list.items.map((pod) => pod.metadata.uid));
        for (const uid of known) if (!present.has(uid)) gone(uid);
        for (const pod of list.items) seen(pod);
        known = present;
        await this.watch(list.metadata.resourceVersion, known, seen, gone);
      } catch (error) {
        process.stderr.write(`watch: ${String(error)}\n`);
      }
      await sleep(200);
    }
  }

  private async watch(from: string, known: Set<string>, seen: (pod: Pod) => void, gone: (uid: string) => void) {
    const response = await this.send("GET", `/api/v1/pods?watch=1&resourceVersion=${from}`);
    if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
    for await (const line of createInterface({ input: response })) {
      const event = JSON.parse(line) as PodEvent;
      if (event.type === "ERROR") return;
      if (event.type === "DELETED") {
        known.delete(event.object.metadata.uid);
        gone(event.object.metadata.uid);
      } else {
        known.add(event.object.metadata.uid);
        seen(event.object);
      }
    }
  }
}

async function read(response: IncomingMessage): Promise<string> {
  const parts: string[] = [];
  response.setEncoding("utf8");
  for await (const part of response) parts.push(String(part));
  return parts.join("");
}
