import type { Clock } from "../cluster/clock.ts";
import type { Resource } from "../mesh/discovery.ts";
import { isUnmistakable } from "../mesh/state-log.ts";
import { asInteger, at } from "../model/json.ts";
import { names } from "../model/names.ts";
import { groupsOf } from "../model/repeats.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";
import type { Ages } from "../rollout/observed.ts";
import { type Shown, type Since, subsetsIn, type Told, toldOf } from "./told.ts";

/** By Deployment. */
type PodCounts = ReadonlyMap<string, { readonly wanted: number; readonly ready: number }>;

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
  /** When Applications went: the next one of that name may find routes of theirs in proxies. */
  private readonly gone = new Map<string, number>();
  /** When this term began: what went before it may be in proxies, too. */
  private beganAt: number;
  private readonly clock: Clock;
  private readonly isConfirmed: IsConfirmed;

  constructor(clock: Clock, isConfirmed: IsConfirmed = () => false) {
    this.clock = clock;
    this.beganAt = clock.now();
    this.isConfirmed = isConfirmed;
  }

  /** The ages of each component of an Application, by what is there now. */
  read(key: string, objects: readonly KubeObject[], ready: Readonly<Record<string, number>>): Record<string, Ages> {
    const now = this.clock.now();
    const before = this.known.get(key);
    const goneAt = this.gone.get(key);
    const awareFrom = goneAt !== undefined && now - goneAt <= longestSettle ? now : this.beganAt;
    const components = groupsOf(objects, (object) => labelOf(object, names.component));
    const after = new Map(
      [...components].map(([component, own]) => {
        const isConfirmed = (resource: Resource, signature: string) =>
          this.isConfirmed(key, component, resource, signature);
        return [component, noted(before?.get(component), { own, ready, now, awareFrom, isConfirmed })] as const;
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
    const now = this.clock.now();
    this.known.delete(key);
    for (const [other, at] of this.gone) if (now - at > longestSettle) this.gone.delete(other);
    this.gone.set(key, now);
  }

  /** What was known is no longer so: all of it counts anew. */
  forgetAll(): void {
    this.known.clear();
    this.gone.clear();
    this.beganAt = this.clock.now();
  }
}

/** Milliseconds after which no proxy has what was there before. */
const longestSettle = 3_600_000;
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
interface Seen extends Shown {
  readonly ready: Readonly<Record<string, number>>;
}

function noted(before: Known | undefined, seen: Seen): Known {
  const { own, ready, now } = seen;
  const pods = podsOf(own, ready);
  const fewer = before && areFewer(pods, before.pods);
  return {
    told: {
      routes: toldOf("routes", before?.told.routes, seen),
      clusters: toldOf("clusters", before?.told.clusters, seen),
    },
    subsets: subsetsIn(before?.subsets, seen),
    pods,
    arrivals: arrivalsIn(before, pods, now),
    removedAt: before && !fewer ? before.removedAt : now,
  };
}

function arrivalsIn(before: Known | undefined, pods: PodCounts, now: number): ReadonlyMap<string, number> {
  return new Map(
    [...pods].map(([name, { ready }]) => {
      const was = before?.pods.get(name);
      const isMore = was === undefined || ready > was.ready;
      return [name, isMore ? now : (before?.arrivals.get(name) ?? now)] as const;
    }),
  );
}

/** Whether pods went: fewer that are to be, fewer that are ready, or a Deployment that is gone. */
const areFewer = (pods: PodCounts, before: PodCounts): boolean =>
  [...before].some(([name, was]) => {
    const { wanted, ready } = pods.get(name) ?? { wanted: 0, ready: 0 };
    return wanted < was.wanted || ready < was.ready;
  });

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
