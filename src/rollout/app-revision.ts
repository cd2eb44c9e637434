import { createHash } from "node:crypto";
import type { Application } from "../model/application.ts";
import { asInteger, asObject, asText, at, canonical, type Json, type JsonObject, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { remembered } from "../model/remembered.ts";
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
  const hash = hashOf(spec, publishVersion, restart);
  const same = publishVersion
    ? inForce(app, recorded).find((revision) => publishedAs(revision) === publishVersion)
    : recorded.find((revision) => labelOf(revision, revisionHash) === hash);
  const number = same ? revisionNumber(same) : Math.max(0, ...recorded.map(revisionNumber)) + 1;
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

/**
 * The revision that the status names, and the newest, which has just been recorded where the status does not name it yet. A
 * publishVersion of an older one begins anew.
 */
function inForce(app: Application, recorded: readonly KubeObject[]): readonly KubeObject[] {
  const latest = asText(at(app.raw, "status", "latestRevision", "name"));
  const newest = [...recorded].sort((a, b) => revisionNumber(b) - revisionNumber(a))[0];
  return recorded.filter((revision) => revision === newest || nameOf(revision) === latest);
}

const hashesOf = remembered((_spec: JsonObject) => new Map<string, string>());

/** Remembered for a spec as applied: every plan asks. */
function hashOf(spec: JsonObject, publishVersion: string | undefined, restart: string | undefined): string {
  const hashes = hashesOf(spec);
  const key = JSON.stringify([publishVersion, restart]);
  const text = () => canonical({ spec, publishVersion, restart } as unknown as Json);
  const hash = hashes.get(key) ?? createHash("sha256").update(text()).digest("hex").slice(0, 16);
  hashes.set(key, hash);
  return hash;
}

const revisionHash = "app.oam.dev/app-revision-hash";

/** The version that an ApplicationRevision was published as; empty or undefined where it was not. */
export const publishedAs = (revision: KubeObject): string | undefined =>
  asText(at(revision, "metadata", "annotations", names.publishVersion));

/** N of an ApplicationRevision `<app>-v<N>`. */
export const revisionNumber = (revision: KubeObject): number =>
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
