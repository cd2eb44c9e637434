import { createHash } from "node:crypto";
import type { Application } from "../model/application.ts";
import { asInteger, asObject, asText, at, canonical, type Json, type JsonObject, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";

/** The revision of an Application as a whole (kubevela/kubevela: pkg/controller/.../application/revision.go). */
export interface AppRevision {
  readonly name: string;
  readonly number: number;
  readonly hash: string;
  /** What identifies a run of the workflow: the publishVersion where there is one, else the name. */
  readonly run: string;
  /** The spec that is in force: with an unchanged publishVersion that of the recorded revision. */
  readonly spec: JsonObject;
  readonly exists: boolean;
}

export function appRevisionOf(app: Application, recorded: readonly KubeObject[]): AppRevision {
  const spec = asObject(own(app.raw, "spec"));
  const publishVersion = app.annotations[names.publishVersion];
  const restart = app.annotations[names.restartWorkflow];
  const hash = createHash("sha256")
    .update(canonical({ spec, publishVersion, restart } as unknown as Json))
    .digest("hex")
    .slice(0, 16);
  const latest = asText(at(app.raw, "status", "latestRevision", "name"));
  const same = publishVersion
    ? published(recorded, latest ?? "", publishVersion)
    : recorded.find((revision) => labelOf(revision, revisionHash) === hash);
  const number = same ? numberOf(same) : Math.max(0, ...recorded.map(numberOf)) + 1;
  const name = same ? nameOf(same) : `${app.name}-v${number}`;
  return {
    name,
    number,
    hash: (same && labelOf(same, revisionHash)) ?? hash,
    run: publishVersion || name,
    spec: same ? asObject(at(same, "spec", "application", "spec")) : spec,
    exists: same !== undefined,
  };
}

const revisionHash = "app.oam.dev/app-revision-hash";

/**
 * The latest revision, or a later one that was recorded when the controller died before it wrote the status. An older one of
 * that version is another: going back to a version is a new publication.
 */
function published(recorded: readonly KubeObject[], latest: string, version: string): KubeObject | undefined {
  const ofVersion = recorded.filter((revision) => publishedAs(revision) === version);
  return ofVersion.find((revision) => nameOf(revision) === latest) ?? ofVersion.find(isLaterThan(latest));
}

const isLaterThan =
  (latest: string) =>
  (revision: KubeObject): boolean =>
    numberOf(revision) > numberIn(latest, 0);

const publishedAs = (revision: KubeObject): string | undefined =>
  asText(at(revision, "metadata", "annotations", names.publishVersion));

const numberOf = (revision: KubeObject): number =>
  numberIn(nameOf(revision), asInteger(own(revision, "revision")) ?? 0);

const numberIn = (name: string, otherwise: number): number => Number(/-v(\d+)$/.exec(name)?.[1] ?? otherwise);

/** The ApplicationRevision to be written for a spec that has none yet. */
export function applicationRevision(app: Application, revision: AppRevision): KubeObject {
  const publishVersion = app.annotations[names.publishVersion];
  const uid = asText(at(app.raw, "metadata", "uid"));
  return {
    apiVersion: "core.oam.dev/v1beta1",
    kind: "ApplicationRevision",
    metadata: {
      name: revision.name,
      namespace: app.namespace,
      labels: { [names.app]: app.name, [revisionHash]: revision.hash },
      ...(publishVersion ? { annotations: { [names.publishVersion]: publishVersion } } : {}),
      ...(uid === undefined
        ? {}
        : {
            ownerReferences: [
              {
                apiVersion: "core.oam.dev/v1beta1",
                kind: "Application",
                name: app.name,
                uid,
                controller: true,
                blockOwnerDeletion: true,
              },
            ],
          }),
    },
    spec: {
      application: {
        apiVersion: "core.oam.dev/v1beta1",
        kind: "Application",
        metadata: { name: app.name, namespace: app.namespace },
        spec: revision.spec,
      },
    },
  };
}
