import fc from "fast-check";
import { asText, at, type JsonObject } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import { type KubeObject, labelOf, nameOf } from "../../src/model/world.ts";
import { command, rollback } from "../../src/rollout/commands.ts";
import type { Rig } from "./rig.ts";

/** What an Application is like, whatever happens to it. */
export interface Cast {
  readonly size: number;
  readonly hasService: boolean;
  readonly hasGateway: boolean;
  readonly rollsBack: boolean;
  readonly returnsAtOnce: boolean;
}

/** Something that happens, and how long the controller has after it: undefined until it is at rest. */
export interface Happening {
  readonly what: (typeof happenings)[number];
  /** Picks among what there is. */
  readonly pick: number;
  readonly size: number;
  readonly batches: readonly number[];
  readonly weights: readonly number[];
  readonly suspends: readonly boolean[];
  readonly rest: number | undefined;
}

const happenings = [
  "canary",
  "plain",
  "content back",
  "pin",
  "rollback",
  "resume",
  "suspend",
  "terminate",
  "restart",
  "crash",
  "fail",
  "delete",
  "resize",
  "no trait",
  "restart controller",
  "watch lags",
  "watch is prompt",
] as const;

export const cast: fc.Arbitrary<Cast> = fc.record({
  size: fc.integer({ min: 1, max: 6 }),
  hasService: fc.integer({ min: 0, max: 5 }).map((value) => value > 0),
  hasGateway: fc.boolean(),
  rollsBack: fc.boolean(),
  returnsAtOnce: fc.boolean(),
});

/** Quarters of a second: sums of them are exact. */
const quarters = fc.nat({ max: 80 }).map((count) => count / 4);

export const happening: fc.Arbitrary<Happening> = fc.record({
  what: fc.constantFrom(...happenings),
  pick: fc.nat({ max: 11 }),
  size: fc.integer({ min: 1, max: 6 }),
  batches: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
  weights: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 3, maxLength: 3 }),
  suspends: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  rest: fc.option(quarters, { nil: undefined }),
});

/** Batches that add up to the size: the generated ones as far as they fit, and the rest. */
function cut(size: number, batches: readonly number[]): readonly number[] {
  const fitting: number[] = [];
  let left = size;
  for (const batch of batches) {
    if (batch >= left) break;
    fitting.push(batch);
    left -= batch;
  }
  return [...fitting, left];
}

interface Manifest {
  readonly image: number;
  readonly size: number;
  readonly batches: readonly number[];
  readonly steps?: readonly JsonObject[];
  readonly pin?: string | undefined;
  readonly hasTrait?: false;
}

/** The Application of a story, and how each thing that happens changes it. */
export class Story {
  private image = 1;
  private size: number;
  private readonly cast: Cast;
  private readonly rig: Rig;

  constructor(cast: Cast, rig: Rig) {
    this.cast = cast;
    this.size = cast.size;
    this.rig = rig;
  }

  begin(): void {
    this.rig.apply(this.manifest({ image: 1, size: this.size, batches: [this.size] }), "first");
  }

  happen(happening: Happening): void {
    const { what, pick, rest } = happening;
    const batches = cut(this.size, happening.batches);
    const plain = (image: number, more: Partial<Manifest> = {}) =>
      this.manifest({ image, size: this.size, batches, ...more });
    if (what === "canary")
      this.rig.apply(plain(++this.image, { steps: this.steps(batches, happening) }), `canary ${batches.join("+")}`);
    else if (what === "plain") this.rig.apply(plain(++this.image), `plain ${batches.join("+")}`);
    else if (what === "content back") this.rig.apply(plain(1), "content back");
    else if (what === "pin")
      this.rig.apply(plain(this.image, { pin: this.revisions()[pick % this.revisions().length] }), "pin");
    else if (what === "no trait") this.rig.apply(plain(this.image, { hasTrait: false }), "no trait");
    else if (what === "resize") this.resize(happening.size);
    else this.disturb(what, pick);
    this.rig.rest(rest);
  }

  private resize(size: number): void {
    this.size = size;
    this.rig.apply(this.manifest({ image: this.image, size, batches: [size] }), `resize ${size}`);
  }

  private disturb(what: Happening["what"], pick: number): void {
    const { rig } = this;
    const revisions = [...this.revisions(), `web-v${this.revisions().length + 1}`];
    const revision = revisions[pick % revisions.length] ?? "";
    const stable = asText(at(rig.cluster.objects.get("ComponentRollout/default/web"), "status", "stable"));
    if (what === "crash") rig.crash(revision);
    else if (what === "fail") rig.fail(revision);
    else if (what === "restart controller") rig.restart();
    else if (what === "watch lags") rig.watchLag = 1 + pick / 4;
    else if (what === "watch is prompt") rig.watchLag = 0;
    else if (what === "delete") this.deleteOne(pick);
    else if (what === "rollback" && stable !== undefined)
      rig.apply(rollback(rig.app(), "web", stable), `rollback ${stable}`);
    else if (what === "resume" || what === "suspend" || what === "terminate" || what === "restart") {
      const commanded = command(what, rig.app());
      if ("object" in commanded) rig.write(commanded.object, what);
    }
  }

  private deleteOne(pick: number): void {
    const derived = [...this.rig.cluster.objects.values()].filter((object) =>
      ["Deployment", "VirtualService", "DestinationRule", "Service", "Gateway"].includes(String(object["kind"])),
    );
    const object = derived[pick % Math.max(1, derived.length)];
    if (object) this.rig.remove(object);
  }

  private revisions(): readonly string[] {
    return [...this.rig.cluster.objects.values()]
      .filter((object) => object["kind"] === "ControllerRevision" && labelOf(object, names.component) === "web")
      .map(nameOf);
  }

  /** Canary steps with rising weights to the next revision, a pause after some; the last takes all. */
  private steps(batches: readonly number[], { weights, suspends }: Happening): readonly JsonObject[] {
    const next = `web-v${Math.max(0, ...this.revisions().map((name) => Number(name.slice(5)))) + 1}`;
    const stable =
      asText(at(this.rig.cluster.objects.get("ComponentRollout/default/web"), "status", "stable")) ?? "web-v1";
    let weight = 0;
    return batches.flatMap((_, index) => {
      const isLast = index === batches.length - 1;
      weight = Math.min(99, weight + (weights[index] ?? 0));
      const targets = isLast
        ? [{ revision: next, weight: 100 }]
        : [
            { revision: stable, weight: 100 - weight },
            { revision: next, weight },
          ];
      const step = {
        name: `batch-${index}`,
        type: "canary-rollout",
        properties: { batchPartition: index, traffic: { weightedTargets: targets } },
      };
      return !isLast && suspends[index] ? [step, { name: `pause-${index}`, type: "suspend" }] : [step];
    });
  }

  private manifest({ image, size, batches, steps, pin, hasTrait = true as never }: Manifest): KubeObject {
    const { hasService, hasGateway, rollsBack, returnsAtOnce } = this.cast;
    const annotations = {
      ...(rollsBack ? { [names.onFailure]: "rollback" } : {}),
      ...(returnsAtOnce ? { [names.returnMode]: "at-once" } : {}),
    };
    const rollout = {
      targetSize: size,
      rolloutBatches: batches.map((replicas) => ({ replicas })),
      ...(pin === undefined ? {} : { targetRevision: pin }),
    };
    const traits = [
      ...(hasService ? [{ type: "expose", properties: { port: [80] } }] : []),
      ...(hasService && hasGateway
        ? [{ type: "istio-gateway", properties: { hosts: ["web.example.com"], port: 80 } }]
        : []),
      ...(hasTrait ? [{ type: "rollout", properties: rollout }] : []),
    ];
    const web = {
      name: "web",
      type: "webservice",
      properties: { image: `registry.example.com/web:${image}`, port: 80 },
      traits,
    };
    const side = { name: "side", type: "worker", properties: { image: "registry.example.com/side:1" } };
    return {
      apiVersion: "core.oam.dev/v1beta1",
      kind: "Application",
      metadata: { name: "shop", namespace: "default", annotations },
      spec: { components: [web, side], ...(steps ? { workflow: { steps } } : {}) },
    };
  }
}
