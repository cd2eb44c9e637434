import type { Clock } from "../cluster/clock.ts";
import { asInteger, asText, at } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";
import type { Ages } from "../rollout/observed.ts";

interface Since {
  readonly signature: string;
  readonly at: number;
}

interface Known {
  readonly route: Since;
  readonly subsets: Since;
  readonly pods: ReadonlyMap<string, number>;
  /** When pods went last. */
  readonly removedAt: number;
}

/**
 * Since when this process knows of what is in force, on the monotonic clock. All of it is forgotten with the process, so
 * that after a restart every settle time counts anew.
 */
export class AgeBook {
  private readonly known = new Map<string, ReadonlyMap<string, Known>>();
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** The ages of each component of an Application, by what is there now. */
  read(key: string, objects: readonly KubeObject[], ready: Readonly<Record<string, number>>): Record<string, Ages> {
    const now = this.clock.now();
    const before = this.known.get(key);
    const components = new Set(objects.flatMap((object) => labelOf(object, names.component) ?? []));
    const after = new Map(
      [...components].map((component) => {
        const own = objects.filter((object) => labelOf(object, names.component) === component);
        return [component, noted(before?.get(component), own, ready, now)] as const;
      }),
    );
    this.known.set(key, after);
    return Object.fromEntries(
      [...after].map(([component, { route, subsets, removedAt }]) => [
        component,
        { route: seconds(now - route.at), subsets: seconds(now - subsets.at), removal: seconds(now - removedAt) },
      ]),
    );
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

function noted(
  before: Known | undefined,
  own: readonly KubeObject[],
  ready: Readonly<Record<string, number>>,
  now: number,
): Known {
  const pods = podsOf(own, ready);
  const fewer = before && [...before.pods].some(([revision, count]) => (pods.get(revision) ?? 0) < count);
  return {
    route: since(before?.route, generationsOf(own, "VirtualService"), now),
    subsets: since(before?.subsets, generationsOf(own, "DestinationRule"), now),
    pods,
    removedAt: before && !fewer ? before.removedAt : now,
  };
}

const since = (before: Since | undefined, signature: string, now: number): Since =>
  before?.signature === signature ? before : { signature, at: now };

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
function podsOf(own: readonly KubeObject[], ready: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  const deployments = own.filter((object) => object["kind"] === "Deployment");
  return new Map(
    deployments.flatMap((object) => [
      [`${nameOf(object)} wanted`, asInteger(at(object, "spec", "replicas")) ?? 1] as const,
      [`${nameOf(object)} ready`, ready[nameOf(object)] ?? 0] as const,
    ]),
  );
}
