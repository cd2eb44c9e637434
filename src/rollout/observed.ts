import { asText } from "../model/json.ts";
import { names } from "../model/names.ts";
import { remembered } from "../model/remembered.ts";
import { firstOf, groupsOf } from "../model/repeats.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";

/** Everything that a plan is decided on: plain data, read at one moment. */
export interface Observed {
  /** Seconds since the epoch. */
  readonly now: number;
  /** Seconds until every proxy is taken to have a new route (`--settle`). */
  readonly settleSeconds: number;
  /** The Application as stored, status included. */
  readonly app: KubeObject;
  /** What was derived from it, or has the name of something that is to be derived. */
  readonly objects: readonly KubeObject[];
  /** Ready endpoints by the revision of their pods; ready replicas where there is no Service. */
  readonly ready: Readonly<Record<string, number>>;
  /** Since when what is in force has been so, by component; a component that is missing was first seen now. */
  readonly ages: Readonly<Record<string, Ages>>;
}

/**
 * Seconds, on the monotonic clock, since this process knows of the generation that is in force. Unbounded where the
 * data plane was seen to have it. After a restart they count anew: nothing is stored, so nothing can be lost or early.
 */
export interface Ages {
  /** Of the route: the latest generation of its VirtualServices. */
  readonly route: number;
  /** Of each subset of the DestinationRule, by its name; one that is missing is new. */
  readonly subsets: Readonly<Record<string, number>>;
  /** Since pods of a Deployment became ready last, by its name; one that is missing has just been seen. */
  readonly arrivals: Readonly<Record<string, number>>;
  /** Since the last pods of a revision went. */
  readonly removal: number;
}

const byComponent = remembered((objects: Observed["objects"]) =>
  groupsOf(objects, (object) => labelOf(object, names.component)),
);

const byKind = remembered((objects: Observed["objects"]) => groupsOf(objects, ({ kind }) => asText(kind)));

const none: readonly KubeObject[] = [];

/** Those of the objects that are of a kind. */
export const ofKind = (kind: string, objects: Observed["objects"]): readonly KubeObject[] =>
  byKind(objects).get(kind) ?? none;

const byName = remembered((objects: readonly KubeObject[]) => firstOf(objects, nameOf));

/** The one of a kind that has a name. */
export const find = (objects: Observed["objects"], kind: string, name: string): KubeObject | undefined =>
  byName(ofKind(kind, objects)).get(name);

/** The Deployments among them that are of a revision. */
export const revisionDeployments = (objects: Observed["objects"]): readonly KubeObject[] =>
  ofKind("Deployment", objects).filter((object) => labelOf(object, names.revision) !== undefined);

/** Those of the objects that were made for a component. */
export const objectsOf = (component: string, objects: Observed["objects"]): readonly KubeObject[] =>
  byComponent(objects).get(component) ?? none;

export const newborn: Ages = { route: 0, subsets: {}, arrivals: {}, removal: 0 };

/** What is to be written, in this order; one that fails ends the plan, and the next one is made from what is there then. */
export type Action =
  /** Server-side apply of the whole object as it is to be. */
  | { readonly do: "apply"; readonly object: KubeObject; readonly event: string }
  | { readonly do: "remove"; readonly object: KubeObject; readonly event: string }
  /** Replace the status of the Application, on the condition that it has not changed since it was observed. */
  | { readonly do: "write-status"; readonly status: KubeObject; readonly event: string };

export interface Plan {
  readonly actions: readonly Action[];
  /** Seconds after which to plan again, where no event will tell; undefined where one will. */
  readonly wakeIn: number | undefined;
  /** Whether until then only a person can make it go on: `wakeIn` is when the time of a step that waits for one is over. */
  readonly isUpToPerson?: boolean;
  /** What it waits for, until when, and what a person could do. */
  readonly why: string;
}
