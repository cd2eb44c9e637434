import { setImmediate } from "node:timers/promises";
import type { Api } from "../../src/cluster/api.ts";
import type { Clock } from "../../src/cluster/clock.ts";
import { resources } from "../../src/cluster/resources.ts";
import { type Change, type KindWatch, type WatchOptions, watchKind } from "../../src/cluster/watch.ts";
import { at, type JsonObject } from "../../src/model/json.ts";
import { nameOf } from "../../src/model/world.ts";
import type { ApiDouble } from "./api-double.ts";
import { eventually, type PlayClock } from "./play-clock.ts";
import { later } from "./rig.ts";

export interface Watched {
  readonly watch: KindWatch;
  /** `+ name`, `~ name`, `- name`, `synced`, `rewound`, in the order in which they were told. */
  readonly told: string[];
  /** Names and revisions that the cache has. */
  cached(): Record<string, string>;
}

export function watchServices(api: Api, clock: Clock, more: Partial<WatchOptions> = {}): Watched {
  const told: string[] = [];
  const watch = watchKind({
    api,
    clock,
    resource: resources.Service,
    onChange: (change) => void told.push(inWords(change)),
    onFault: () => {},
    onSynced: () => void told.push("synced"),
    onRewind: () => void told.push("rewound"),
    ...more,
  });
  later(() => watch.stop());
  return { watch, told, cached: () => revisions(watch.objects()) };
}

export const inWords = ({ before, after }: Change): string =>
  `${after ? (before ? "~" : "+") : "-"} ${nameOf(after ?? before ?? {})}`;

const revisions = (objects: Iterable<JsonObject>): Record<string, string> =>
  Object.fromEntries([...objects].map((object) => [nameOf(object), String(at(object, "metadata", "resourceVersion"))]));

/** What the server has, in the form of `cached`. */
export const stored = (double: ApiDouble): Record<string, string> => revisions(double.store.objects.values());

const phase = ({ watch }: Watched) => watch.state.phase;

export const following = (watched: Watched): Promise<void> =>
  eventually(() => phase(watched) === "following", "an open watch");

/** The failure, or the end of the watch, was noticed. */
export const broken = (watched: Watched): Promise<void> => eventually(() => phase(watched) === "pausing", "a pause");

/** Lets pauses pass until the watch, which breaks now or is broken, is open again. */
export async function recovered(watched: Watched, clock: PlayClock): Promise<void> {
  await eventually(() => phase(watched) !== "following", "the end of the watch");
  while (phase(watched) !== "following") {
    if (phase(watched) === "pausing") await retry(watched, clock);
    else await setImmediate();
  }
}

/** Lets the pause after a failure, or after the end of a watch, pass. */
export async function retry(watched: Watched, clock: PlayClock): Promise<void> {
  await broken(watched);
  clock.advance(clock.due);
  await setImmediate();
}
