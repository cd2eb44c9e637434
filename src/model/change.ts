import { type Application, type Component, canaryComponents, readApplication } from "./application.ts";
import { equal, type Json, type JsonObject, own } from "./json.ts";
import { names } from "./names.ts";
import { remembered } from "./remembered.ts";
import { firstOf } from "./repeats.ts";

/** What is to be judged: an Application as it would be stored, and as it is stored now (undefined at creation). */
export interface Change {
  readonly app: Application;
  readonly before: Application | undefined;
}

export const changeOf = (object: JsonObject, oldObject?: JsonObject): Change => ({
  app: readApplication(object),
  before: oldObject && readApplication(oldObject),
});

const canariesByName = remembered((app: Application) => firstOf(canaryComponents(app), ({ name }) => name));

/** The canary component of that name as it is stored now. */
export const canaryBefore = ({ before }: Change, name: string): Component | undefined =>
  before && canariesByName(before).get(name);

/** Annotations that count as part of the spec: a changed one runs the workflow anew. */
const runsAnew = [names.publishVersion, names.restartWorkflow];

/** Whether what stands under `spec` differs from what is stored. */
export const editsSpec = remembered(
  ({ app, before }: Change): boolean => !before || !equal(own(app.raw, "spec"), own(before.raw, "spec")),
);

export function changesSpec(change: Change): boolean {
  const { app, before } = change;
  return editsSpec(change) || runsAnew.some((key) => app.annotations[key] !== before?.annotations[key]);
}

/** Whether anything besides the spec differs that a user writes. */
export const changesMetadata = ({ app, before }: Change): boolean =>
  !before ||
  own(app.raw, "apiVersion") !== own(before.raw, "apiVersion") ||
  !equal(app.labels as Json, before.labels as Json) ||
  !equal(app.annotations as Json, before.annotations as Json);

/** An unchanged publishVersion keeps the spec in force that was recorded with it: an edit takes no effect. */
export function takesEffect({ app, before }: Change): boolean {
  const version = app.annotations[names.publishVersion];
  return !before || !version || version !== before.annotations[names.publishVersion];
}

/** Whether a change drops the steps that ran and begins the workflow anew; a restart that is taken back does not. */
export function restartsWorkflow(change: Change): boolean {
  const [version, restart] = runsAnew.map((key) => change.app.annotations[key]);
  const [oldVersion, oldRestart] = runsAnew.map((key) => change.before?.annotations[key]);
  if (restart !== undefined && restart !== oldRestart) return true;
  return takesEffect(change) && (editsSpec(change) || version !== oldVersion);
}
