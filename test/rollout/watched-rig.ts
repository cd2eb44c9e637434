import { asList, at, type JsonObject } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import { type KubeObject, labelOf } from "../../src/model/world.ts";
import type { Action } from "../../src/rollout/observed.ts";
import { epoch } from "../../src/simulate/clock.ts";
import { keyOf, withPodsOf, written } from "../../src/simulate/paper-cluster.ts";
import { noPods, readyPods } from "../../src/simulate/pods.ts";
import { inForce } from "./in-force.ts";
import { Rig } from "./rig.ts";
import { awaited, faultsOf, type Moment, unfinished } from "./standing-faults.ts";
import { workflowFaults } from "./workflow-faults.ts";

/** Seconds within which what came from outside is put right. */
const repairSeconds = 5;

/** Numbers of revisions after the first. */
const older = Array.from({ length: 12 }, (_, i) => i + 2);
const appRevisionHash = "app.oam.dev/app-revision-hash";

const trafficKinds = ["VirtualService", "DestinationRule", "Deployment"];

/** A rig that looks at the cluster after every write and at every moment, whoever caused what is wrong. */
export class WatchedRig extends Rig {
  private open = new Map<string, number>();

  goOnFrom(other: WatchedRig): void {
    this.cluster = other.cluster;
    this.now = other.now;
    this.writes = other.writes;
    this.past = [...other.past];
    this.log.push(...other.log);
  }

  /** Revisions that were rolled out long ago: records of them, more than are kept. */
  age(): void {
    const records = [...this.cluster.objects.values()].filter(({ kind }) => String(kind).endsWith("Revision"));
    for (const [record, number] of records.flatMap((each) => older.map((number) => [each, number] as const))) {
      const { status: _status, ...copy } = JSON.parse(JSON.stringify(record).replace(/-v1\b/g, `-v${number}`));
      const labels = {
        ...copy.metadata.labels,
        [names.contentHash]: `old-${number}`,
        [appRevisionHash]: `old-${number}`,
      };
      const revision = record["kind"] === "ControllerRevision" ? { revision: number } : {};
      const { annotations: _annotations, uid: _uid, ...metadata } = copy.metadata;
      this.cluster = written(this.cluster, { ...copy, ...revision, metadata: { ...metadata, labels } }, this.now);
    }
    this.note("> many revisions have been before");
  }

  /** Somebody changes a derived object by hand. */
  edit(object: JsonObject, what: string): void {
    this.note(`> ${what} of ${keyOf(object)}`);
    this.leaves(object);
    this.cluster = written(this.cluster, object, this.now);
  }

  /** Pods that failed are replaced by sound ones. */
  heal(): void {
    this.note("> heal");
    const { failing, ...nature } = this.cluster.nature;
    this.cluster = { ...this.cluster, nature: { ...nature, failing: new Set() } };
    const sound = (at: number) => (at === Number.POSITIVE_INFINITY ? this.now + nature.readyAfter : at);
    for (const revision of failing) {
      this.cluster = withPodsOf(this.cluster, revision, (pods) => ({ ...pods, readyAt: pods.readyAt.map(sound) }));
    }
  }

  readyAfter(seconds: number): void {
    this.note(`> ready after ${seconds}s`);
    this.cluster = { ...this.cluster, nature: { ...this.cluster.nature, readyAfter: seconds } };
  }

  override apply(object: KubeObject, what: string): void {
    super.apply(object, what);
    this.past = this.past.filter(({ component }) => this.has(component));
    this.note(JSON.stringify(object["spec"]));
  }

  /** Nobody is promised anything of a component that the Application no longer has. */
  protected override leaves(object: KubeObject): void {
    if (this.has(labelOf(object, names.component) ?? "")) super.leaves(object);
  }

  private has(component: string): boolean {
    const app = inForce(this.app(), this.cluster.objects.values());
    return asList(at(app, "spec", "components")).some((each) => at(each, "name") === component);
  }

  protected override settle(): { wakeIn: number | undefined; why: string } {
    this.judge(this.now);
    const settled = super.settle();
    const wrong = workflowFaults(this.app(), [...this.cluster.objects.values()], epoch + this.now);
    if (wrong.length > 0) throw this.fault(wrong.join("; "));
    const moment = this.moment();
    const faults = [...faultsOf(moment), ...unfinished(moment)];
    this.open = new Map(faults.map((fault) => [fault, this.open.get(fault) ?? this.now]));
    if (settled.wakeIn === undefined && this.isStill()) {
      this.judge(Number.POSITIVE_INFINITY);
      const [missing] = awaited(moment);
      if (missing) throw this.fault(`at rest, and ${missing}`);
    }
    return settled;
  }

  protected override perform(action: Action): boolean {
    const isTraffic = action.do !== "write-status" && trafficKinds.includes(String(action.object["kind"]));
    if (this.watchLag > 0 || !isTraffic) return super.perform(action);
    const before = faultsOf(this.moment());
    const lives = super.perform(action);
    const caused = faultsOf(this.moment()).filter((fault) => !before.includes(fault));
    if (caused.length > 0) throw this.fault(`its write causes: ${caused.join("; ")}`);
    return lives;
  }

  private judge(now: number): void {
    const lasting = [...this.open].find(([, since]) => now - since > repairSeconds + this.watchLag);
    if (lasting) throw this.fault(`wrong since ${lasting[1]}: ${lasting[0]}`);
  }

  private isStill(): boolean {
    return this.nextSight() === Number.POSITIVE_INFINITY;
  }

  private moment(): Moment {
    const { objects, pods } = this.cluster;
    const ready = (revision: string) => readyPods(pods.get(`Deployment/default/${revision}`) ?? noPods(0), this.now);
    const app = inForce(this.app(), objects.values());
    const components = new Set(asList(at(app, "spec", "components")).map((each) => at(each, "name")));
    const { ages, settleSeconds } = this.observe();
    const isKnown = (component: string, revision: string) => (ages[component]?.subsets[revision] ?? 0) >= settleSeconds;
    const own = [...objects.values()].filter((each) => components.has(labelOf(each, names.component)));
    return { objects: own, ready, isKnown };
  }
}
