import { type Application, type Component, canaryComponents, readApplication, rolloutOf } from "./application.ts";
import { belongsTo } from "./derived.ts";
import { asObject, own } from "./json.ts";
import { names } from "./names.ts";
import { supersededRevisions } from "./retention.ts";
import { contentHash, type KnownRevision, predictRevision, readRevision, revisionNumber } from "./revision.ts";
import { type KubeObject, kindOf, labelOf, nameOf, namespaceOf, worldOf } from "./world.ts";

/**
 * The objects that exist once each of `applied` has been rolled out completely, in that order: the Applications as they
 * are then, the ControllerRevision of every content, and the ComponentRollout of every canary component.
 */
export function rolledOut(applied: readonly KubeObject[]): readonly KubeObject[] {
  let objects: readonly KubeObject[] = [];
  for (const [i, application] of applied.entries()) objects = rollOut(objects, application, i);
  return objects;
}

function rollOut(objects: readonly KubeObject[], application: KubeObject, step: number): readonly KubeObject[] {
  const world = worldOf(objects);
  const app = readApplication(application);
  const generation =
    Number(own(own(world.get("Application", app.namespace, app.name), "metadata"), "generation") ?? 0) + 1;
  const made = canaryComponents(app).flatMap((component) => {
    const known = world.find("ControllerRevision by component", `${app.namespace}/${component.name}`).map(readRevision);
    return settle(component, { app: app.name, namespace: app.namespace, known, step });
  });
  const live = {
    ...application,
    metadata: { ...asObject(application["metadata"]), namespace: app.namespace, generation },
    status: { status: "running", observedGeneration: generation },
  };
  const replaced = new Set([live, ...made].map(identity));
  return outlived(app, [...objects.filter((object) => !replaced.has(identity(object))), live, ...made]);
}

/** What is left once its rollout has ended: nothing of components that it no longer has, and of revisions the newest. */
function outlived(app: Application, objects: readonly KubeObject[]): readonly KubeObject[] {
  const ours = objects.filter((object) => kindOf(object) !== "Application" && belongsTo(app, object));
  const kept = new Set(app.components.map(({ name }) => name));
  const gone = new Set([
    ...ours.filter((object) => !kept.has(labelOf(object, names.component) ?? "")),
    ...supersededRevisions(app, ours, new Set()),
  ]);
  return objects.filter((object) => !gone.has(object));
}

interface Place {
  readonly app: string;
  readonly namespace: string;
  readonly known: readonly KnownRevision[];
  readonly step: number;
}

function settle(component: Component, place: Place): KubeObject[] {
  const predicted = predictRevision(component, place.known);
  const stable = rolloutOf(component)?.targetRevision ?? predicted;
  const metadata = {
    namespace: place.namespace,
    labels: { [names.app]: place.app, [names.component]: component.name },
  };
  const hashes = new Map(place.known.map((revision) => [revision.name, revision]));
  const next = Math.max(0, ...place.known.map(({ number }) => number)) + 1;
  const revisions = [...new Set([predicted, stable])].map((name) => {
    const hash = hashes.get(name)?.hash ?? (name === predicted ? contentHash(component) : undefined);
    const since = name === stable ? String(place.step).padStart(6, "0") : hashes.get(name)?.stableSince;
    return {
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: {
        ...metadata,
        name,
        labels: { ...metadata.labels, ...(hash === undefined ? {} : { [names.contentHash]: hash }) },
        ...(since === undefined ? {} : { annotations: { [names.stableSince]: since } }),
      },
      revision: revisionNumber(component.name, name) ?? hashes.get(name)?.number ?? next,
    };
  });
  const rollout = {
    apiVersion: "rollguard.dev/v1alpha1",
    kind: "ComponentRollout",
    metadata: { ...metadata, name: component.name },
    status: { stable, target: stable, phase: "Stable" },
  };
  return [...revisions, rollout];
}

const identity = (object: KubeObject): string => `${String(object["kind"])} ${namespaceOf(object)} ${nameOf(object)}`;
