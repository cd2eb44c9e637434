import { own } from "../model/json.ts";
import { names } from "../model/names.ts";
import type { KubeObject } from "../model/world.ts";
import { type Api, ApiError } from "./api.ts";
import { listNow, type Selection } from "./list.ts";
import { type ResourceKind, resources } from "./resources.ts";
import { type KindWatch, watchKind } from "./watch.ts";

/** What can be seen of one Application: itself, what carries its label, and the Events about it. */
export interface Seen {
  /** Undefined where there is none. */
  readonly app: KubeObject | undefined;
  readonly objects: readonly KubeObject[];
  readonly events: readonly KubeObject[];
  /** Kinds that the user may not read, or that the cluster does not know. */
  readonly unreadable: readonly ResourceKind[];
}

const labelled = [
  "ComponentRollout",
  "ControllerRevision",
  "Deployment",
  "Job",
  "CronJob",
  "VirtualService",
  "DestinationRule",
  "EndpointSlice",
  "Pod",
] as const satisfies readonly ResourceKind[];

type Selections = ReadonlyMap<ResourceKind, Selection>;

const selectionsOf = (api: Api, namespace: string, name: string): Selections =>
  new Map<ResourceKind, Selection>([
    ["Application", { api, namespace, resource: resources.Application, fieldSelector: `metadata.name=${name}` }],
    [
      "Event",
      {
        api,
        namespace,
        resource: resources.Event,
        fieldSelector: `regarding.kind=Application,regarding.name=${name}`,
      },
    ],
    ...labelled.map((kind): [ResourceKind, Selection] => [
      kind,
      { api, namespace, resource: resources[kind], labelSelector: `${names.app}=${name}` },
    ]),
  ]);

/** All of it as it is now. What may not be read is left out and named; the Application must be readable. */
export async function look(api: Api, namespace: string, name: string): Promise<Seen> {
  const found = await Promise.all(
    [...selectionsOf(api, namespace, name)].map(async ([kind, selection]) => {
      const objects = await listNow(selection).catch((error: unknown) => {
        if (kind === "Application" || !isUnreadable(error)) throw error;
        return undefined;
      });
      return [kind, objects] as const;
    }),
  );
  return seenOf(
    found.flatMap(([, objects]) => objects ?? []),
    found.filter(([, objects]) => objects === undefined).map(([kind]) => kind),
  );
}

const isUnreadable = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 403 || error.isNotFound);

function seenOf(all: readonly KubeObject[], unreadable: readonly ResourceKind[]): Seen {
  const kind = (object: KubeObject) => own(object, "kind");
  return {
    app: all.find((object) => kind(object) === "Application"),
    objects: all.filter((object) => kind(object) !== "Application" && kind(object) !== "Event"),
    events: all.filter((object) => kind(object) === "Event"),
    unreadable,
  };
}

/** The same, kept up to date until it is stopped. */
export interface Following {
  readonly seen: Seen;
  /** Why what is shown may be old; undefined where it is not. */
  readonly trouble: string | undefined;
  stop(): Promise<void>;
}

export interface FollowOptions {
  readonly api: Api;
  readonly namespace: string;
  readonly name: string;
  /** What could not be read at the first look. */
  readonly unreadable: readonly ResourceKind[];
  /** Everything is known, or something of it has changed. */
  onChange(): void;
  onFault(error: unknown): void;
}

export function follow({ api, namespace, name, unreadable, onChange, onFault }: FollowOptions): Following {
  const watches: KindWatch[] = [];
  const isKnown = () => watches.every(({ state }) => state.isSynced);
  const tell = (): void => {
    if (isKnown()) onChange();
  };
  for (const [kind, selection] of selectionsOf(api, namespace, name)) {
    if (unreadable.includes(kind)) continue;
    watches.push(watchKind({ ...selection, onChange: tell, onSynced: tell, onFault }));
  }
  return {
    get seen() {
      return seenOf(
        watches.flatMap((watch) => [...watch.objects()]),
        unreadable,
      );
    },
    get trouble() {
      return watches.flatMap(({ state }) => state.failure?.message ?? [])[0];
    },
    stop: async () => {
      await Promise.all(watches.map((watch) => watch.stop()));
    },
  };
}
