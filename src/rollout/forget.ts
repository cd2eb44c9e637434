import { type Application, readApplication } from "../model/application.ts";
import { asList, asText, at, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { historyLimit, namedRevisions, supersededRevisions } from "../model/retention.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";
import { type AppRevision, revisionNumber } from "./app-revision.ts";
import { weightsOf } from "./component.ts";
import { lastSucceeded } from "./ended-run.ts";
import { type Action, type Observed, ofKind } from "./observed.ts";
import { removal } from "./unroute.ts";

/**
 * Revisions that nothing needs any more and that are older than the limit: of components, and of the Application as a
 * whole. They go last, when a rollout has ended and nothing else is left to do.
 */
export function forget(app: Application, revision: AppRevision, observed: Observed): readonly Action[] {
  const ours = observed.objects.filter((object) => labelOf(object, names.app) === app.name);
  // A spec that waits for its publishVersion will be in force.
  const inUse = new Set([...ours.flatMap(usedBy), ...namedRevisions(readApplication(observed.app))]);
  return [...supersededRevisions(app, ours, inUse), ...supersededAppRevisions(ours, revision, observed.app)].map(
    removal,
  );
}

/** The revisions that an object needs, or is about. */
function usedBy(object: KubeObject): readonly string[] {
  switch (object["kind"]) {
    case "Deployment":
      return [labelOf(object, names.revision) ?? ""];
    case "ComponentRollout":
      return ["stable", "target", "failed"].flatMap((key) => asText(at(object, "status", key)) ?? []);
    case "VirtualService":
      return Object.keys(weightsOf(object));
    case "DestinationRule":
      return asList(at(object, "spec", "subsets")).flatMap((subset) => asText(own(subset, "name")) ?? []);
    default:
      return [];
  }
}

/** The newest one stays, so that its number is not given again, and the one that `vela workflow rollback` would take. */
function supersededAppRevisions(
  objects: readonly KubeObject[],
  { name }: AppRevision,
  app: KubeObject,
): readonly KubeObject[] {
  const inUse = [name, asText(at(app, "status", "latestRevision", "name")), lastSucceeded(objects)];
  return ofKind("ApplicationRevision", objects)
    .filter((revision) => !inUse.includes(nameOf(revision)))
    .sort((a, b) => revisionNumber(b) - revisionNumber(a))
    .slice(historyLimit);
}
