import { readApplication } from "../model/application.ts";
import { contentOf } from "../model/content.ts";
import { asObject, asText, at, type Json, type JsonObject, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { contentHash, revisionNumber } from "../model/revision.ts";
import { parseTime } from "../model/time.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";
import { metadata, type Owner } from "../render/owner.ts";
import type { CanaryComponent } from "./component.ts";
import { type Observed, objectsOf, ofKind, revisionDeployments } from "./observed.ts";
import { laterThan, preciseTime } from "./stable-since.ts";

/**
 * ControllerRevisions that somebody deleted although their pods are there, made anew from the Deployments: these were
 * rendered from them, so that no pod changes.
 */
export function lostRevisions(
  { component, known }: CanaryComponent,
  owner: Owner,
  { objects, now }: Observed,
): readonly KubeObject[] {
  const ours = objectsOf(component.name, objects);
  const [stable] = ofKind("ComponentRollout", ours).flatMap((record) => asText(at(record, "status", "stable")) ?? []);
  return revisionDeployments(ours)
    .filter((deployment) => !known.some(({ name }) => name === nameOf(deployment)))
    .map((deployment) => {
      const name = nameOf(deployment);
      const hash = labelOf(deployment, names.contentHash);
      const since = parseTime(asText(at(deployment, "metadata", "creationTimestamp")) ?? "") ?? now;
      const number = revisionNumber(component.name, name) ?? Math.max(0, ...known.map((other) => other.number)) + 1;
      return {
        apiVersion: "apps/v1",
        kind: "ControllerRevision",
        metadata: metadata(owner, component, name, {
          labels: hash === undefined ? {} : { [names.contentHash]: hash },
          annotations: name === stable ? { [names.stableSince]: preciseTime(laterThan(known, since)) } : {},
        }),
        revision: number,
        data: dataOf(deployment, contentIn(objects, hash)),
      };
    });
}

function dataOf(deployment: KubeObject, content: Json | undefined): JsonObject {
  const annotations = ours(asObject(at(deployment, "metadata", "annotations")));
  return {
    ...(content === undefined ? {} : { content }),
    template: asObject(at(deployment, "spec", "template")),
    labels: asObject(at(deployment, "metadata", "labels")),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}

/** What the cluster and kubectl note on a Deployment is theirs. */
const ours = (annotations: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(annotations).filter(([key]) => !/^(?:deployment|kubectl)\.kubernetes\.io\//.test(key)),
  );

/** The content of that hash, as an ApplicationRevision has it. */
function contentIn(objects: readonly KubeObject[], hash: string | undefined): Json | undefined {
  const components = ofKind("ApplicationRevision", objects).flatMap(
    (revision) => readApplication(asObject(own(own(revision, "spec"), "application"))).components,
  );
  const found = components.find((component) => contentHash(component) === hash);
  return found && (contentOf(found) as Json);
}
