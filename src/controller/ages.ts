import type { Clock } from "../cluster/clock.ts";
import type { Resource } from "../mesh/discovery.ts";
import { confirmedLog, isUnmistakable, logged, type SeenState, type StateLog } from "../mesh/state-log.ts";
import { asInteger, asList, asText, at, canonical, equal, type Json, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";
import { weightsOf } from "../rollout/component.ts";
import type { Ages } from "../rollout/observed.ts";

interface Since {
  readonly signature: string;
  readonly at: number;
}

/** By Deployment. */
type PodCounts = ReadonlyMap<string, { readonly wanted: number; readonly ready: number }>;

/** What proxies are told of: its routes, or its subsets. */
interface Told {
  readonly since: Since;
  readonly log: StateLog;
  /** Whether every proxy was seen to have it. */
  readonly isConfirmed: boolean;
}

interface Known {
  readonly told: Readonly<Record<Resource, Told>>;
  /** Each subset by its name. */
  readonly subsets: ReadonlyMap<string, Since>;
  readonly pods: PodCounts;
  /** When pods of each Deployment became ready last. */
  readonly arrivals: ReadonlyMap<string, number>;
  /** When pods went last. */
  readonly removedAt: number;
}

/** Whether every proxy was seen to have the routes or subsets of a component, by the generations of what they stand in. */
export type IsConfirmed = (application: string, component: string, resource: Resource, signature: string) => boolean;

/**
 * Since when this process knows of what is in force, on the monotonic clock. All of it is forgotten with the process, so
 * that after a restart every settle time counts anew.
 */
export class AgeBook {
  private readonly known = new Map<string, ReadonlyMap<string, Known>>();
  private readonly clock: Clock;
  private readonly isConfirmed: IsConfirmed;

  constructor(clock: Clock, isConfirmed: IsConfirmed = () => false) {
    this.clock = clock;
    this.isConfirmed = isConfirmed;
  }

  /** The ages of each component of an Application, by what is there now. */
  read(key: string, objects: readonly KubeObject[], ready: Readonly<Record<string, number>>): Record<string, Ages> {
    const now = this.clock.now();
    const before = this.known.get(key);
    const components = new Set(objects.flatMap((object) => labelOf(object, names.component) ?? []));
    const after = new Map(
      [...components].map((component) => {
        const own = objects.filter((object) => labelOf(object, names.component) === component);
        const isConfirmed = (resource: Resource, signature: string) =>
          this.isConfirmed(key, component, resource, signature);
        return [component, noted(before?.get(component), { own, ready, now, isConfirmed })] as const;
      }),
    );
    this.known.set(key, after);
    return Object.fromEntries([...after].map(([component, known]) => [component, agesOf(known, now)]));
  }

  /** Whether to see the routes, or subsets, of a component in a push proves that they are the latest ones. */
  isUnmistakable(key: string, component: string, resource: Resource, settleSeconds: number): boolean {
    const known = this.known.get(key)?.get(component);
    return known !== undefined && isUnmistakable(known.told[resource].log, settleSeconds * 1000);
  }

  forget(key: string): void {
    this.known.delete(key);
  }

  /** What was known is no longer so: all of it counts anew. */
  forgetAll(): void {
    this.known.clear();
  }
}

const seconds = (milliseconds: number): number => milliseconds / 1000;

function agesOf({ told, subsets, arrivals, removedAt }: Known, now: number): Ages {
  const age = ({ isConfirmed }: Told, since: number) => (isConfirmed ? Number.POSITIVE_INFINITY : seconds(now - since));
  return {
    route: age(told.routes, told.routes.since.at),
    subsets: Object.fromEntries([...subsets].map(([name, { at }]) => [name, age(told.clusters, at)])),
    arrivals: Object.fromEntries([...arrivals].map(([name, at]) => [name, seconds(now - at)])),
    removal: seconds(now - removedAt),
  };
}

/** The objects of a component, and its ready pods by revision. */
interface Seen {
  readonly own: readonly KubeObject[];
  readonly ready: Readonly<Record<string, number>>;
  readonly now: number;
  isConfirmed(resource: Resource, signature: string): boolean;
}

function noted(before: Known | undefined, seen: Seen): Known {
  const { own, ready, now } = seen;
  const pods = podsOf(own, ready);
  const fewer = before && areFewer(pods, before.pods);
  return {
    told: { routes: toldOf("routes", before, seen), clusters: toldOf("clusters", before, seen) },
    subsets: subsetsIn(before, seen),
    pods,
    arrivals: arrivalsIn(before, pods, now),
    removedAt: before && !fewer ? before.removedAt : now,
  };
}

function toldOf(resource: Resource, before: Known | undefined, { own, now, isConfirmed }: Seen): Told {
  const was = before?.told[resource];
  const signature = generationsOf(own, kinds[resource]);
  const isFirstEver = !own.some(({ kind }) => kind === kinds.routes || kind === kinds.clusters);
  const log = logged(was?.log, statesOf(own, resource), now, isFirstEver);
  const isKnown = isConfirmed(resource, signature);
  return {
    since: since(was?.since, signature, now),
    log: isKnown ? confirmedLog(log) : log,
    isConfirmed: isKnown,
  };
}

/** A subset that is changed, or of a DestinationRule that was made anew, is another one. */
function subsetsIn(before: Known | undefined, { own: objects, now }: Seen): ReadonlyMap<string, Since> {
  const rules = objects.filter(({ kind }) => kind === kinds.clusters);
  return new Map(
    rules.flatMap((rule) =>
      subsetsOf(rule).map((subset) => {
        const name = subsetName(subset);
        return [name, since(before?.subsets.get(name), `${idOf(rule)} ${canonical(subset)}`, now)] as const;
      }),
    ),
  );
}

function arrivalsIn(before: Known | undefined, pods: PodCounts, now: number): ReadonlyMap<string, number> {
  return new Map(
    [...pods].flatMap(([name, { ready }]) => {
      const was = before?.pods.get(name);
      const isMore = was === undefined || ready > was.ready;
      return [[name, isMore ? now : (before?.arrivals.get(name) ?? now)] as const];
    }),
  );
}

const since = (before: Since | undefined, signature: string, now: number): Since =>
  before?.signature === signature ? before : { signature, at: now };

/** Whether pods went: fewer that are to be, fewer that are ready, or a Deployment that is gone. */
const areFewer = (pods: PodCounts, before: PodCounts): boolean =>
  [...before].some(([name, was]) => {
    const { wanted, ready } = pods.get(name) ?? { wanted: 0, ready: 0 };
    return wanted < was.wanted || ready < was.ready;
  });

const kinds: Readonly<Record<Resource, string>> = { routes: "VirtualService", clusters: "DestinationRule" };

/** Which generations of its VirtualServices a component has. */
export const routeSignature = (own: readonly KubeObject[]): string => generationsOf(own, kinds.routes);

/** Which generation of its DestinationRule a component has. */
export const subsetSignature = (own: readonly KubeObject[]): string => generationsOf(own, kinds.clusters);

const statesOf = (own: readonly KubeObject[], resource: Resource): readonly SeenState[] =>
  own
    .filter(({ kind }) => kind === kinds[resource])
    .map((object) => ({
      id: `${idOf(object)}${resource === "clusters" ? oddSubsets(object) : ""}`,
      generation: asInteger(at(object, "metadata", "generation")) ?? 0,
      content: resource === "routes" ? splitOf(object) : subsetsOf(object).map(subsetName).sort().join(),
    }));

const idOf = (object: KubeObject): string => asText(at(object, "metadata", "uid")) ?? nameOf(object);

const splitOf = (route: KubeObject): string =>
  canonical(Object.fromEntries(Object.entries(weightsOf(route)).filter(([, weight]) => weight > 0)));

const subsetsOf = (rule: KubeObject): readonly Json[] => asList(at(rule, "spec", "subsets"));
const subsetName = (subset: Json): string => asText(own(subset, "name")) ?? "";

/** Subsets with pods that their names do not tell, as somebody else may write them: proxies show the names alone. */
const oddSubsets = (rule: KubeObject): string =>
  subsetsOf(rule)
    .filter((subset) => !equal(own(subset, "labels"), { [names.revision]: subsetName(subset) }))
    .map((subset) => canonical(subset))
    .join();

/** A hand edit counts like one of ours: it has another generation, and another object has another uid. */
const generationsOf = (objects: readonly KubeObject[], kind: string): string =>
  objects
    .filter((object) => object["kind"] === kind)
    .map(
      (object) => `${nameOf(object)} ${asText(at(object, "metadata", "uid"))} ${at(object, "metadata", "generation")}`,
    )
    .sort()
    .join();

/** Pods that are to be, and endpoints that are: proxies have to hear of both when they go. */
const podsOf = (own: readonly KubeObject[], ready: Readonly<Record<string, number>>): PodCounts =>
  new Map(
    own
      .filter((object) => object["kind"] === "Deployment")
      .map((object) => [
        nameOf(object),
        { wanted: asInteger(at(object, "spec", "replicas")) ?? 1, ready: ready[nameOf(object)] ?? 0 },
      ]),
  );
