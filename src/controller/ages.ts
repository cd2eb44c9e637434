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

type PodCounts = ReadonlyMap<string, number>;

/** What proxies are told of: its routes, or its subsets. */
interface Told {
  readonly since: Since;
  readonly log: StateLog;
  /** Whether every proxy was seen to have it. */
  readonly isConfirmed: boolean;
}

interface Known {
  readonly told: Readonly<Record<Resource, Told>>;
  readonly pods: PodCounts;
  /** When pods became ready last. */
  readonly addedAt: number;
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
    const age = ({ since, isConfirmed }: Told) => (isConfirmed ? Number.POSITIVE_INFINITY : seconds(now - since.at));
    return Object.fromEntries(
      [...after].map(([component, { told, addedAt, removedAt }]) => [
        component,
        {
          route: age(told.routes),
          subsets: age(told.clusters),
          arrival: seconds(now - addedAt),
          removal: seconds(now - removedAt),
        },
      ]),
    );
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
  const fewer = before && isLess(pods, before.pods);
  const more = before && isLess(readyIn(before.pods), readyIn(pods));
  return {
    told: { routes: toldOf("routes", before, seen), clusters: toldOf("clusters", before, seen) },
    pods,
    addedAt: before && !more ? before.addedAt : now,
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
    since: was?.since.signature === signature ? was.since : { signature, at: now },
    log: isKnown ? confirmedLog(log) : log,
    isConfirmed: isKnown,
  };
}

/** Whether anything is less than it is in the other. */
const isLess = (some: PodCounts, others: PodCounts): boolean =>
  [...others].some(([key, count]) => (some.get(key) ?? 0) < count);

const readyIn = (pods: PodCounts): PodCounts => new Map([...pods].filter(([key]) => key.endsWith(" ready")));

const kinds: Readonly<Record<Resource, string>> = { routes: "VirtualService", clusters: "DestinationRule" };

/** Which generations of its VirtualServices a component has. */
export const routeSignature = (own: readonly KubeObject[]): string => generationsOf(own, kinds.routes);

/** Which generation of its DestinationRule a component has. */
export const subsetSignature = (own: readonly KubeObject[]): string => generationsOf(own, kinds.clusters);

const statesOf = (own: readonly KubeObject[], resource: Resource): readonly SeenState[] =>
  own
    .filter(({ kind }) => kind === kinds[resource])
    .map((object) => ({
      id: `${asText(at(object, "metadata", "uid")) ?? nameOf(object)}${resource === "clusters" ? oddSubsets(object) : ""}`,
      generation: asInteger(at(object, "metadata", "generation")) ?? 0,
      content: resource === "routes" ? splitOf(object) : subsetsOf(object).map(subsetName).sort().join(),
    }));

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
function podsOf(own: readonly KubeObject[], ready: Readonly<Record<string, number>>): PodCounts {
  const deployments = own.filter((object) => object["kind"] === "Deployment");
  return new Map(
    deployments.flatMap((object) => [
      [`${nameOf(object)} wanted`, asInteger(at(object, "spec", "replicas")) ?? 1] as const,
      [`${nameOf(object)} ready`, ready[nameOf(object)] ?? 0] as const,
    ]),
  );
}
