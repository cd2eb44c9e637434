import { setTimeout as sleep } from "node:timers/promises";
import { addresses } from "./addresses.ts";
import { type Behaviour, revisionOf } from "./behaviour.ts";
import type { KubeletClient, Pod } from "./kubelet-client.ts";
import { PodServer } from "./pod-server.ts";

export interface PodContext {
  readonly client: KubeletClient;
  readonly node: string;
  readonly address: string;
  /** A second of a preStop sleep lasts this many milliseconds. */
  readonly secondMs: number;
  readonly behaviour: (pod: Pod) => Behaviour;
}

/** Pods without a declared port still answer, as most images of examples do. */
const defaultPort = 9080;
const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, "Z");

/** One pod on the node: from its binding to its end. */
export class KubeletPod {
  private pod: Pod;
  private readonly context: PodContext;
  private server: PodServer;
  private readonly startTime = now();
  private isServing = false;
  private isReady = false;
  private isEnding = false;
  private isGone = false;
  private restarts = 0;

  constructor(pod: Pod, context: PodContext) {
    this.pod = pod;
    this.context = context;
    this.server = this.newServer();
  }

  get address(): string {
    return this.context.address;
  }

  private newServer(): PodServer {
    const { name, namespace } = this.pod.metadata;
    const answer = { pod: name, namespace, revision: revisionOf(this.pod) };
    return new PodServer(answer, () => this.context.behaviour(this.pod));
  }

  private get path(): string {
    const { namespace, name } = this.pod.metadata;
    return `/api/v1/namespaces/${namespace}/pods/${name}`;
  }

  private get ports(): number[] {
    const declared = this.pod.spec.containers.flatMap(({ ports = [] }) => ports).map((port) => port.containerPort);
    return declared.length === 0 ? [defaultPort] : [...new Set(declared)];
  }

  async start(): Promise<void> {
    const { client, node } = this.context;
    if (this.pod.spec.nodeName === undefined) {
      const target = { apiVersion: "v1", kind: "Node", name: node };
      const metadata = { name: this.pod.metadata.name };
      await client.call("POST", `${this.path}/binding`, { apiVersion: "v1", kind: "Binding", metadata, target });
    }
    await this.report();
    if ((this.pod.spec.restartPolicy ?? "Always") === "Always") await this.serve();
    else await this.complete();
  }

  private async serve(): Promise<void> {
    await this.server.listen(this.address, this.ports);
    if (this.isGone) this.server.die();
    const { readyAfter } = this.context.behaviour(this.pod);
    if (readyAfter !== "never") await sleep(readyAfter);
    this.isServing = true;
    await this.refresh();
  }

  /** The pod of a Job: its program ends well. */
  private async complete(): Promise<void> {
    const { readyAfter } = this.context.behaviour(this.pod);
    if (readyAfter === "never") return;
    await sleep(readyAfter);
    await this.report("Succeeded");
  }

  /** Readiness by what is told of the pod now. */
  async refresh(): Promise<void> {
    const { readyAfter, fail } = this.context.behaviour(this.pod);
    const isProbed = this.pod.spec.containers.some(({ readinessProbe }) => readinessProbe !== undefined);
    const isReady = this.isServing && readyAfter !== "never" && !(isProbed && fail === 1);
    if (this.isEnding || isReady === this.isReady) return;
    this.isReady = isReady;
    await this.report();
  }

  private async report(phase = "Running"): Promise<void> {
    const ready = this.isReady ? "True" : "False";
    const condition = (type: string, status: string) => ({ type, status, lastTransitionTime: now() });
    const state =
      phase === "Succeeded"
        ? { terminated: { exitCode: 0, reason: "Completed", startedAt: this.startTime, finishedAt: now() } }
        : { running: { startedAt: this.startTime } };
    const status = {
      phase,
      startTime: this.startTime,
      hostIP: addresses.node,
      podIP: this.address,
      podIPs: [{ ip: this.address }],
      conditions: [
        condition("PodScheduled", "True"),
        condition("Initialized", "True"),
        condition("ContainersReady", ready),
        condition("Ready", ready),
      ],
      containerStatuses: this.pod.spec.containers.map(({ name, image }) => ({
        name,
        image,
        imageID: image,
        ready: this.isReady,
        started: phase === "Running",
        restartCount: this.restarts,
        state,
      })),
    };
    await this.context.client.call(
      "PATCH",
      `${this.path}/status`,
      { metadata: { uid: this.pod.metadata.uid }, status },
      "application/strategic-merge-patch+json",
    );
  }

  /** The program dies at once and is started again. */
  async crash(): Promise<void> {
    if (this.isEnding || !this.isServing) return;
    this.server.die();
    this.isServing = false;
    this.restarts += 1;
    await this.refresh();
    this.server = this.newServer();
    await this.serve();
  }

  /** The object changed. A deletion begins with the preStop sleep, in which the program serves as ever. */
  async update(pod: Pod): Promise<void> {
    this.pod = pod;
    const { uid, deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
    if (deletionTimestamp === undefined || this.isEnding) return;
    this.isEnding = true;
    const sleeps = pod.spec.containers.map(({ lifecycle }) => lifecycle?.preStop?.sleep?.seconds ?? 0);
    const seconds = Math.min(Math.max(0, ...sleeps), deletionGracePeriodSeconds);
    await sleep(seconds * this.context.secondMs);
    await this.server.end((deletionGracePeriodSeconds - seconds) * this.context.secondMs);
    await this.context.client.call("DELETE", this.path, { gracePeriodSeconds: 0, preconditions: { uid } });
  }

  /** The object is gone. */
  end(): void {
    this.isEnding = true;
    this.isGone = true;
    this.server.die();
  }
}
