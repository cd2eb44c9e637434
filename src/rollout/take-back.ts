import {
  type Application,
  type Component,
  canaryComponents,
  readApplication,
  rolloutOf,
} from "../model/application.ts";
import { asList, asObject, asText, at, equal, type JsonObject, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { predictRevision, readRevision } from "../model/revision.ts";
import { lastStable } from "../model/standing.ts";
import type { KubeObject } from "../model/world.ts";
import { appRevisionOf } from "./app-revision.ts";
import { rollback } from "./commands.ts";
import { find, objectsOf, ofKind } from "./observed.ts";

/** What is to be taken back: every rollout under way, or one component, also to another revision than its stable one. */
export interface Wish {
  readonly component?: string | undefined;
  readonly revision?: string | undefined;
  /** All weight moves back as soon as one pod is ready, rather than with the pods. */
  readonly atOnce?: boolean | undefined;
}

/** A component and the revision that it is pinned to. */
export interface Pin {
  readonly component: string;
  readonly revision: string;
}

export type TakenBack = { readonly object: JsonObject; readonly pins: readonly Pin[] } | { readonly refusal: string };

/** Where a canary component stands, by what was recorded of it. */
interface Course {
  readonly component: Component;
  readonly known: readonly string[];
  readonly stable: string | undefined;
  /** The revisions that the spec wants, and that is rolled out. */
  readonly wanted: readonly string[];
  /** Whether it goes back already: that can still be hurried. */
  readonly isReturning: boolean;
}

/**
 * The Application as the rollback manifest has it: components pinned, the workflow dropped. `objects` are those recorded of
 * it: ControllerRevisions, ComponentRollouts and ApplicationRevisions.
 */
export function takeBack(app: KubeObject, objects: readonly KubeObject[], wish: Wish = {}): TakenBack {
  const application = readApplication(app);
  const courses = canaryComponents(application).map((component) => courseOf(component, objects));
  const chosen = pinsOf(application, courses, wish);
  if ("refusal" in chosen) return chosen;
  const edited = chosen.pins.reduce<JsonObject>((object, pin) => rollback(object, pin.component, pin.revision), app);
  return { object: returning(published(edited, app, objects), wish.atOnce ? "at-once" : undefined), pins: chosen.pins };
}

function courseOf(component: Component, objects: readonly KubeObject[]): Course {
  const own = objectsOf(component.name, objects);
  const known = ofKind("ControllerRevision", own).map(readRevision);
  const record = find(own, "ComponentRollout", component.name);
  const target = asText(at(record, "status", "target"));
  return {
    component,
    known: [...known].sort((a, b) => a.number - b.number).map(({ name }) => name),
    stable: asText(at(record, "status", "stable")) ?? lastStable(known)?.name,
    wanted: [
      rolloutOf(component)?.targetRevision ?? predictRevision(component, known),
      ...(target === undefined ? [] : [target]),
    ],
    isReturning: at(record, "status", "phase") === "Returning",
  };
}

const isUnderWay = ({ stable, wanted, isReturning }: Course): boolean =>
  stable !== undefined && (isReturning || wanted.some((revision) => revision !== stable));

type Pins = { readonly pins: readonly Pin[] } | { readonly refusal: string };

function pinsOf(app: Application, courses: readonly Course[], wish: Wish): Pins {
  const { component, revision } = wish;
  const named = courses.filter(
    (course) =>
      (component === undefined || course.component.name === component) &&
      (revision === undefined || course.known.includes(revision)),
  );
  if (revision !== undefined) return pinTo(app, courses, named, { component, revision });
  if (component !== undefined && named.length === 0)
    return { refusal: `${app.name} has no component ${component} with a rollout trait` };
  const moving = named.filter(isUnderWay);
  if (moving.length === 0) return { refusal: nothingToTakeBack(app, named) };
  return { pins: moving.map((course) => ({ component: course.component.name, revision: course.stable ?? "" })) };
}

function pinTo(
  app: Application,
  courses: readonly Course[],
  named: readonly Course[],
  { component, revision }: Wish & { readonly revision: string },
): Pins {
  const [course] = named;
  if (!course) {
    const known = courses.filter((it) => component === undefined || it.component.name === component);
    const revisions = known.flatMap((it) => it.known).join(", ") || "none";
    return { refusal: `${component ?? app.name} has no revision ${revision}, its revisions are: ${revisions}` };
  }
  if (course.stable === revision && !isUnderWay(course))
    return { refusal: `${course.component.name} runs ${revision} already` };
  return { pins: [{ component: course.component.name, revision }] };
}

function nothingToTakeBack(app: Application, named: readonly Course[]): string {
  const others = named.flatMap(({ known, stable, wanted }) =>
    known.filter((revision) => revision !== stable && !wanted.includes(revision)),
  );
  const hint = others.length === 0 ? "" : `; for an older revision say which, known: ${others.join(", ")}`;
  return `${app.name} has no rollout to take back${hint}`;
}

/**
 * With the publishVersion that it has an edit takes no effect: it gets one of its own, `rollback-3` for what becomes the third
 * revision of the Application. The vela CLI asks a person for one (kubevela/kubevela: references/cli/up.go).
 */
function published(app: KubeObject, before: KubeObject, objects: readonly KubeObject[]): KubeObject {
  const version = at(app, "metadata", "annotations", names.publishVersion);
  const recorded = ofKind("ApplicationRevision", objects);
  const { spec } = appRevisionOf(readApplication(app), recorded);
  if (!version || [spec, own(before, "spec")].every((known) => equal(known, own(app, "spec")))) return app;
  const used = [version, ...recorded.map((object) => at(object, "metadata", "annotations", names.publishVersion))];
  let number = recorded.length + 1;
  while (used.includes(`rollback-${number}`)) number++;
  return annotated(app, { [names.publishVersion]: `rollback-${number}` });
}

const annotated = (app: JsonObject, more: JsonObject): JsonObject => {
  const metadata = asObject(own(app, "metadata"));
  return { ...app, metadata: { ...metadata, annotations: { ...asObject(own(metadata, "annotations")), ...more } } };
};

/**
 * How it goes back. `at-once` would hold for later returns too, so the next command without it takes away what a command has
 * written, as the controller does once all is back; what the user has written stays.
 */
function returning(app: JsonObject, mode: string | undefined): JsonObject {
  const metadata = asObject(at(app, "metadata"));
  const { [names.returnMode]: before, ...others } = asObject(own(metadata, "annotations"));
  if (mode !== undefined) return annotated(app, { [names.returnMode]: mode });
  if (before === undefined || !isOurs(metadata)) return app;
  return { ...app, metadata: { ...metadata, annotations: others } };
}

/**
 * Whether an `at-once` that a command has written is spent: the workflow of this spec has ended or waits, and nothing is on
 * its way back. A rollout after it returns as any other does.
 */
export function isReturnSpent(app: KubeObject, objects: readonly KubeObject[]): boolean {
  const metadata = asObject(at(app, "metadata"));
  if (at(metadata, "annotations", names.returnMode) === undefined || !isOurs(metadata)) return false;
  const isRest = ["finished", "suspend"].some((flag) => at(app, "status", "workflow", flag) === true);
  const isSeen = at(app, "status", "observedGeneration") === own(metadata, "generation");
  const phases = ofKind("ComponentRollout", objects).map((it) => at(it, "status", "phase"));
  return isSeen && isRest && !phases.some((phase) => phase === "Returning" || phase === "Stalled");
}

/** The API server keeps whose each field is. */
const isOurs = (metadata: JsonObject): boolean =>
  asList(own(metadata, "managedFields")).some(
    (entry) =>
      own(entry, "manager") === names.controller &&
      at(entry, "fieldsV1", "f:metadata", "f:annotations", `f:${names.returnMode}`) !== undefined,
  );
