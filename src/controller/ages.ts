import type { Clock } from "../cluster/clock.ts";
import { confirmedLog, isUnmistakable, logged, type RouteLog, type SeenRoute } from "../mesh/route-log.ts";
import { asInteger, asText, at, canonical } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";
import { weightsOf } from "../rollout/component.ts";
import type { Ages } from "../rollout/observed.ts";

interface Since {
  readonly signature: string;
  readonly at: number;
}

type PodCounts = ReadonlyMap<string, number>;

interface Known {
  readonly route: Since;
  readonly log: RouteLog;
  /** Whether every proxy was seen to have the route. */
  readonly isConfirmed: boolean;
  readonly subsets: Since;
  readonly pods: PodCounts;
  /** When pods became ready last. */
  readonly addedAt: number;
  /** When pods went last. */
  readonly removedAt: number;
}

/** Whether every proxy was seen to have the route of a component, by the generations of its VirtualServices. */
export type IsConfirmed = (application: string, component: string, signature: string) => boolean;

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
        const known = noted(before?.get(component), own, ready, now);
        const isConfirmed = this.isConfirmed(key, component, known.route.signature);
        return [component, isConfirmed ? { ...known, log: confirmedLog(known.log), isConfirmed } : known] as const;
      }),
    );
    this.known.set(key, after);
    return Object.fromEntries(
      [...after].map(([component, { route, subsets, addedAt, removedAt, isConfirmed }]) => [
        component,
        {
          route: isConfirmed ? unbounded : seconds(now - route.at),
          subsets: seconds(now - subsets.at),
          arrival: seconds(now - addedAt),
          removal: seconds(now - removedAt),
        },
      ]),
    );
  }

  /** Whether to see the route of a component in a push proves that it is the latest one. */
  isUnmistakable(key: string, component: string, settleSeconds: number): boolean {
    const known = this.known.get(key)?.get(component);
    return known !== undefined && isUnmistakable(known.log, settleSeconds * 1000);
  }

  forget(key: string): void {
    this.known.delete(key);
  }

  /** What was known is no longer so: all of it counts anew. */
  forgetAll(): void {
    this.known.clear();
  }
}

const unbounded = Number.POSITIVE_INFINITY;
const seconds = (milliseconds: number): number => milliseconds / 1000;

function noted(
  before: Known | undefined,
  own: readonly KubeObject[],
  ready: Readonly<Record<string, number>>,
  now: number,
): Known {
  const pods = podsOf(own, ready);
  const fewer = before && isLess(pods, before.pods);
  const more = before && isLess(readyIn(before.pods), readyIn(pods));
  return {
    route: since(before?.route, routeSignature(own), now),
    log: logged(before?.log, routesOf(own), now, !own.some(({ kind }) => routing.has(kind))),
    subsets: since(before?.subsets, generationsOf(own, "DestinationRule"), now),
    pods,
    isConfirmed: false,
    addedAt: before && !more ? before.addedAt : now,
    removedAt: before && !fewer ? before.removedAt : now,
  };
}

/** Whether anything is less than it is in the other. */
const isLess = (some: PodCounts, others: PodCounts): boolean =>
  [...others].some(([key, count]) => (some.get(key) ?? 0) < count);

const readyIn = (pods: PodCounts): PodCounts => new Map([...pods].filter(([key]) => key.endsWith(" ready")));

const since = (before: Since | undefined, signature: string, now: number): Since =>
  before?.signature === signature ? before : { signature, at: now };

/** Which generations of its VirtualServices a component has. */
export const routeSignature = (own: readonly KubeObject[]): string => generationsOf(own, "VirtualService");

const routing = new Set<unknown>(["VirtualService", "DestinationRule"]);

const routesOf = (own: readonly KubeObject[]): readonly SeenRoute[] =>
  own
    .filter(({ kind }) => kind === "VirtualService")
    .map((route) => ({
      id: asText(at(route, "metadata", "uid")) ?? nameOf(route),
      generation: asInteger(at(route, "metadata", "generation")) ?? 0,
      split: canonical(Object.fromEntries(Object.entries(weightsOf(route)).filter(([, weight]) => weight > 0))),
    }));

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
