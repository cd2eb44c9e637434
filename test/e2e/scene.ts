import type { ResourceKind } from "../../src/cluster/resources.ts";
import { at } from "../../src/model/json.ts";
import { type KubeObject, nameOf } from "../../src/model/world.ts";
import type { Bed } from "./bed/bed.ts";
import type { History } from "./history.ts";
import type { Invariant } from "./invariants.ts";
import { namespaceIn } from "./replay.ts";
import { say } from "./rig.ts";
import { reviewsOf, sized, superseding } from "./shop.ts";
import { injected, isAlone, phaseOf, weightsIn } from "./stand.ts";

interface Ground {
  readonly bed: Bed;
  readonly history: History;
}

/** What people do to one Application in a namespace of its own, and how long they wait for what. */
export class Scene {
  readonly namespace: string;
  readonly bed: Bed;
  readonly history: History;

  constructor({ bed, history }: Ground, namespace: string) {
    this.bed = bed;
    this.history = history;
    this.namespace = namespace;
  }

  /** Reviews at v1, alone. */
  async begin(): Promise<void> {
    await this.prepare();
    await this.deploy();
    await this.untilAlone("reviews-v1");
  }

  async apply(object: KubeObject): Promise<void> {
    await this.bed.mustKubectl(["apply", "-f", "-"], { input: JSON.stringify(object) });
  }

  prepare = (): Promise<unknown> => this.bed.apply(injected(this.namespace));
  deploy = (): Promise<void> => this.apply(reviewsOf(this.namespace, "bookinfo"));
  canary = (): Promise<void> => this.apply(reviewsOf(this.namespace, "bookinfo-canary"));
  back = (): Promise<void> => this.apply(reviewsOf(this.namespace, "bookinfo-rollback"));
  supersede = (): Promise<void> => this.apply(reviewsOf(this.namespace, "bookinfo-canary", superseding));
  scale = (size: number, batches: readonly number[]): Promise<void> =>
    this.apply(reviewsOf(this.namespace, "bookinfo", sized(size, batches)));

  resume = async (): Promise<void> => {
    const { code, stdout, stderr } = await this.bed.vela(["workflow", "resume", "book-info", "-n", this.namespace]);
    if (code !== 0) throw new Error(`no resume: ${stdout}${stderr}`);
  };

  untilPause = (): Promise<void> =>
    this.history.until(
      `${this.namespace} waits for a person`,
      (now) => phaseOf(now, this.namespace) === "workflowSuspending",
    );

  async untilAlone(revision: string): Promise<void> {
    await this.history.until(
      `${revision} is alone in ${this.namespace}`,
      (now) => isAlone(now, this.namespace, revision) && phaseOf(now, this.namespace) === "running",
    );
  }

  untilWeighted = (revision: string): Promise<void> =>
    this.history.until(`${revision} has weight`, (now) => (weightsIn(now, this.namespace)[revision] ?? 0) > 0);

  untilPods = (count: number): Promise<void> =>
    this.history.until(`${count} pods in ${this.namespace}`, (now) => now.in(this.namespace, "Pod").length === count);

  /** Pods are lost from outside: what that breaks is whole again when others are ready. */
  lose(cause: string, act: () => Promise<unknown>): Promise<void> {
    return this.history.outside(cause, this.namespace, ["weight has a ready pod", "ready pods stay"], act);
  }

  crash = (revision: string): Promise<void> =>
    this.lose(`${revision} crashed`, () => this.bed.crash({ namespace: this.namespace, revision }));

  /** Deletes something derived, and waits until it is back. */
  async deleteByHand(kind: ResourceKind, name: string, invariants: readonly Invariant[], ...flags: readonly string[]) {
    const uid = () => at(this.history.now.get(kind, this.namespace, name), "metadata", "uid");
    const before = uid();
    const args = ["-n", this.namespace, "delete", kind, name, "--wait=false", ...flags];
    await this.history.outside(`${kind} ${name} deleted by hand`, this.namespace, invariants, () =>
      this.bed.mustKubectl(args),
    );
    await this.history.until(`${kind} ${name} is back`, () => uid() !== undefined && uid() !== before);
    const ofIt = this.history.stored.filter(
      ({ object, ...stored }) =>
        stored.kind === kind && nameOf(object) === name && namespaceIn(object) === this.namespace,
    );
    const gone = ofIt.findLast(({ isDeleted }) => isDeleted)?.at ?? 0;
    say(
      `${kind} ${name} was away for ${(ofIt.find(({ object }) => at(object, "metadata", "uid") === uid())?.at ?? 0) - gone} ms`,
    );
  }

  untilQuiet = (milliseconds: number): Promise<void> => this.history.untilQuiet(this.namespace, milliseconds);
}
