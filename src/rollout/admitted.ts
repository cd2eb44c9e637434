import { readApplication } from "../model/application.ts";
import { asObject, asText, at, type JsonObject } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, nameOf } from "../model/world.ts";
import { appRevisionOf } from "./app-revision.ts";
import { ofKind } from "./observed.ts";

/**
 * An Application as it was when somebody last acted on it: with the spec, and the annotations of its run, that its status
 * names. By it what runs is kept while a later spec is refused. Undefined where there is no such revision.
 */
export function lastAdmitted(app: KubeObject, objects: readonly KubeObject[]): KubeObject | undefined {
  const recorded = ofKind("ApplicationRevision", objects);
  const latest = asText(at(app, "status", "latestRevision", "name"));
  const revision = recorded.find((candidate) => nameOf(candidate) === latest);
  if (!revision) return undefined;
  const version = at(revision, "metadata", "annotations", names.publishVersion);
  const { [names.publishVersion]: _new, [names.restartWorkflow]: restart, ...rest } = annotationsOf(app);
  const annotations: JsonObject = version === undefined ? rest : { ...rest, [names.publishVersion]: version };
  const restarts =
    restart === undefined ? [annotations] : [{ ...annotations, [names.restartWorkflow]: restart }, annotations];
  // The restart is in the hash of a run, and nobody recorded it: it may have come with the spec that is refused.
  return restarts
    .map((kept) => withRun(app, at(revision, "spec", "application", "spec"), kept))
    .find((kept) => appRevisionOf(readApplication(kept), recorded).name === nameOf(revision));
}

const annotationsOf = (app: KubeObject): JsonObject => asObject(at(app, "metadata", "annotations"));

const withRun = (app: KubeObject, spec: KubeObject[string], annotations: JsonObject): KubeObject => ({
  ...app,
  metadata: { ...asObject(app["metadata"]), annotations },
  spec,
});
