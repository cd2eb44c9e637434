import { expect } from "chai";
import { readApplication } from "../../src/model/application.ts";
import { asText, at, type JsonObject } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import { labelOf, nameOf } from "../../src/model/world.ts";
import { type Command, command } from "../../src/rollout/commands.ts";
import { takeBack } from "../../src/rollout/take-back.ts";
import { type Act, type Acts, type Cast, type Cue, type Cuts, cut } from "./generate.ts";
import { inForce } from "./in-force.ts";
import { meddle, type meddlings } from "./meddle.ts";
import { annotationsOf, type Marks, manifestOf, type Part } from "./shop.ts";
import { type Journey, type Way, workflowOf } from "./shop-workflow.ts";
import { WatchedRig } from "./watched-rig.ts";

const key = "Application/default/shop";

/** Plays a script on a rig: every act is read in the light of what there is when it happens. */
export class Play {
  private static readonly begun = new Map<string, WatchedRig>();
  readonly rig: WatchedRig;
  private parts: readonly Part[];
  private readonly absent = new Set<string>();
  private marks: Marks = { rollsBack: false, returnsAtOnce: false };
  private workflow: JsonObject | undefined;
  private publishes = false;
  private applied = 0;
  /** The revision that each image of a component got. */
  private readonly revisions = new Map<string, string>();

  constructor(told: Cast, diesBefore: readonly number[] = []) {
    const { parts, rollsBack, returnsAtOnce, publishes = false, isAged = false } = told;
    this.rig = new WatchedRig(key, new Set(diesBefore));
    this.parts = parts.map((born, index) => {
      const name = ["web", "api"][index] ?? "";
      this.revisions.set(`${name}:1`, `${name}-v1`);
      return { ...born, name, image: 1, hasTrait: true, pin: undefined, partition: undefined };
    });
    this.begin(JSON.stringify(parts), diesBefore);
    if (isAged) this.rig.age();
    this.marks = { rollsBack, returnsAtOnce };
    this.publishes = publishes;
    if (rollsBack || returnsAtOnce) this.apply("annotations");
    this.rest();
  }

  /** A first deployment that was played before is not played again, unless the controller dies in it. */
  private begin(parts: string, diesBefore: readonly number[]): void {
    const known = Play.begun.get(parts);
    if (known && diesBefore.every((write) => write >= known.writes)) {
      this.rig.goOnFrom(known);
      return;
    }
    this.apply("first");
    this.rest();
    if (diesBefore.length > 0) return;
    const copy = new WatchedRig(key);
    copy.goOnFrom(this.rig);
    Play.begun.set(parts, copy);
  }

  happen({ act, rest }: Cue): void {
    (this.handlers[act.do] as (act: Act) => void)(act);
    this.rest(rest);
  }

  /** Nobody is so quick as to act in the second in which something ends. */
  private rest(seconds?: number): void {
    this.rig.rest(seconds);
    if (seconds === undefined) this.rig.now += 1;
  }

  private readonly handlers: { readonly [Does in keyof Acts]: (act: Acts[Does]) => void } = {
    release: ({ part, both, cuts, way }) => this.release(both ? this.parts : [this.part(part)], cuts, way),
    "flip back": ({ part, pick, cuts, way }) => {
      const { name } = this.part(part);
      const images = this.imagesOf(name);
      this.release([{ ...this.part(part), image: images[pick % images.length] ?? 1 }], cuts, way, false);
    },
    pin: ({ part, pick, cuts }) => {
      const { name, size } = this.part(part);
      const known = this.known(name);
      this.rewrite(name, { pin: known[pick % known.length], batches: cut(size, cuts), partition: undefined });
    },
    resize: (act) => this.resize(act),
    trait: ({ part }) => this.rewrite(this.part(part).name, { hasTrait: !this.part(part).hasTrait }),
    ports: ({ part, keepsWorkflow }) => this.toggle(this.part(part).name, "hasService", keepsWorkflow),
    gateway: ({ part, keepsWorkflow }) => this.toggle(this.part(part).name, "hasGateway", keepsWorkflow),
    component: ({ part }) => {
      const { name, image } = this.part(part);
      if (this.absent.delete(name)) this.beginAnew(name, image);
      else this.absent.add(name);
      this.rewrite(name, {});
    },
    "rolls back": () => this.mark("rolls back", { rollsBack: !this.marks.rollsBack }),
    "returns at once": () => this.mark("returns at once", { returnsAtOnce: !this.marks.returnsAtOnce }),
    publish: ({ version }) =>
      this.mark(`publish ${version}`, { published: version === undefined ? undefined : `p${version}` }),
    "run again": () => this.mark("run again", { runs: (this.marks.runs ?? 0) + 1 }),
    resume: () => this.command("resume"),
    suspend: () => this.command("suspend"),
    terminate: () => this.command("terminate"),
    restart: () => this.command("restart"),
    rollback: () => this.rollBack(),
    crash: ({ part, pick }) => this.rig.crash(this.revision(part, pick)),
    fail: ({ part, pick }) => this.rig.fail(this.revision(part, pick)),
    heal: () => this.rig.heal(),
    ...this.byHand(["delete", "reweigh", "unsubset", "rescale"]),
    "controller dies": () => this.rig.restart(),
    "ready after": ({ seconds }) => this.rig.readyAfter(seconds),
    "watch lags": ({ seconds }) => {
      this.rig.watchLag = seconds;
    },
  };

  private byHand<What extends keyof typeof meddlings>(what: readonly What[]) {
    const entries = what.map((each) => [each, ({ pick, number }: Acts[What]) => meddle(this.rig, each, pick, number)]);
    return Object.fromEntries(entries) as Record<What, (act: Acts[What]) => void>;
  }

  private mark(what: string, change: Partial<Marks>): void {
    this.marks = { ...this.marks, ...change };
    this.apply(what);
  }

  private apply(what: string): void {
    if (this.publishes) this.marks = { ...this.marks, published: `r${++this.applied}` };
    const parts = this.parts.filter(({ name }) => !this.absent.has(name));
    this.rig.apply(manifestOf(parts, annotationsOf(this.marks), this.workflow), what);
  }

  private part(index: number): Part {
    return this.parts[index % this.parts.length] as Part;
  }

  /** The records of a component that was away are gone, and its numbers begin anew. */
  private beginAnew(name: string, image: number): void {
    const known = this.known(name);
    for (const [content, revision] of this.revisions)
      if (content.startsWith(`${name}:`) && !known.includes(revision)) this.revisions.delete(content);
    if (!this.revisions.has(`${name}:${image}`)) this.revisions.set(`${name}:${image}`, `${name}-v${known.length + 1}`);
  }

  private toggle(name: string, what: "hasService" | "hasGateway", keepsWorkflow: boolean): void {
    const part = this.parts.find((each) => each.name === name);
    if (keepsWorkflow) {
      this.change(name, { [what]: !part?.[what] });
      this.apply(`${name} ${what} ${!part?.[what]}`);
    } else this.rewrite(name, { [what]: !part?.[what] });
  }

  /** A component changes, and there are no canary steps. */
  private rewrite(name: string, change: Partial<Part>): void {
    this.change(name, change);
    this.workflow = undefined;
    this.apply(`${name} ${JSON.stringify(change)}`);
  }

  private change(name: string, change: Partial<Part>): void {
    this.parts = this.parts.map((part) => (part.name === name ? { ...part, ...change } : part));
  }

  /** Other images for some components, all by the same way: new ones, or those that they have here. */
  private release(parts: readonly Part[], cuts: Cuts, way: Way, isNew = true): void {
    const journeys = parts
      .filter(({ name, hasTrait }) => hasTrait && !this.absent.has(name))
      .map((part) => this.journey(part, isNew ? this.nextImage(part.name) : part.image, cuts));
    this.workflow = workflowOf(journeys, way);
    this.apply(`release ${journeys.map(({ to }) => to).join(", ")}`);
  }

  private nextImage(name: string): number {
    const image = Math.max(...this.imagesOf(name)) + 1;
    this.revisions.set(`${name}:${image}`, this.next(name));
    return image;
  }

  private next(name: string): string {
    const numbers = this.known(name).map((revision) => Number(/\d+$/.exec(revision)?.[0]));
    return `${name}-v${Math.max(0, ...numbers) + 1}`;
  }

  private journey(before: Part, image: number, cuts: Cuts): Journey {
    const { name, size } = before;
    const part = { ...before, image, batches: cut(size, cuts), pin: undefined, partition: undefined };
    this.change(name, part);
    // One that is forgotten comes back under another number.
    if (!this.known(name).includes(this.revisions.get(`${name}:${image}`) ?? ""))
      this.revisions.set(`${name}:${image}`, this.next(name));
    return { part, from: this.stableOf(name) ?? `${name}-v1`, to: this.revisions.get(`${name}:${image}`) ?? "" };
  }

  private imagesOf(name: string): readonly number[] {
    const own = [...this.revisions.keys()].filter((each) => each.startsWith(`${name}:`));
    return own.map((each) => Number(each.split(":")[1]));
  }

  /** The batches are those of the difference, or of all. The workflow stays where the size is written past it. */
  private resize({ part, size, cuts, partition }: Acts["resize"]): void {
    const { name, size: before } = this.part(part);
    const difference = Math.abs(size - before);
    const batches = cut(cuts.length % 2 === 0 || difference === 0 ? size : difference, cuts);
    this.change(name, { size, batches, partition });
    if (partition === undefined) this.workflow = undefined;
    this.apply(`resize ${name} to ${size}`);
  }

  private command(what: Command): void {
    const commanded = command(what, this.rig.app());
    if ("object" in commanded) this.rig.write(commanded.object, what);
  }

  /** The verb as people have it. With it goes every component that is on its way, whatever publishVersion there is. */
  private rollBack(): void {
    const taken = takeBack(this.rig.app(), [...this.rig.cluster.objects.values()]);
    if ("refusal" in taken) return;
    for (const { component, revision } of taken.pins) {
      const { size = 1 } = this.parts.find(({ name }) => name === component) ?? {};
      this.change(component, { pin: revision, batches: [size], partition: undefined });
    }
    this.workflow = undefined;
    this.marks = { ...this.marks, published: readApplication(taken.object).annotations[names.publishVersion] };
    this.rig.apply(taken.object, `rollback ${taken.pins.map(({ revision }) => revision).join(", ")}`);
    this.expectTaken(taken.object);
  }

  private expectTaken(object: JsonObject): void {
    const { spec } = inForce(this.rig.app(), this.rig.cluster.objects.values());
    expect(spec, this.rig.fault("the rollback takes no effect").message).to.deep.equal(object["spec"]);
  }

  /** One that is there, or the next. */
  private revision(part: number, pick: number): string {
    const { name } = this.part(part);
    const known = [...this.known(name), this.next(name)];
    return known[pick % known.length] ?? "";
  }

  private stableOf(component: string): string | undefined {
    return asText(at(this.rig.cluster.objects.get(`ComponentRollout/default/${component}`), "status", "stable"));
  }

  private known(component: string): readonly string[] {
    return [...this.rig.cluster.objects.values()]
      .filter((object) => object["kind"] === "ControllerRevision" && labelOf(object, names.component) === component)
      .map(nameOf);
  }
}
