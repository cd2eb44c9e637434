import type { Api } from "../cluster/api.ts";
import { change } from "../cluster/writes.ts";
import { asList, asText, at } from "../model/json.ts";
import type { KubeObject } from "../model/world.ts";

/** Finalizers of KubeVela (kubevela/kubevela: pkg/oam/labels.go): the first asks to leave children behind. */
const orphan = "app.oam.dev/orphan-resource";
const finalizers: readonly string[] = [orphan, "app.oam.dev/resource-tracker-finalizer"];

/**
 * Lets an Application go that is being deleted. What it owns goes by owner references, unless it is to stay: then the
 * references go first. Finalizers of others stay.
 */
export async function letGo(api: Api, app: KubeObject, labelled: readonly KubeObject[]): Promise<void> {
  const present = asList(at(app, "metadata", "finalizers"));
  if (present.includes(orphan))
    for (const child of labelled.filter((object) => isOwned(object, app)))
      await change(api, child, { metadata: { ownerReferences: null } });
  const kept = present.filter((finalizer) => !finalizers.includes(String(finalizer)));
  if (kept.length < present.length) await change(api, app, { metadata: { finalizers: kept } });
}

const isOwned = (object: KubeObject, app: KubeObject): boolean =>
  asList(at(object, "metadata", "ownerReferences")).some(
    (reference) => asText(at(reference, "uid")) === asText(at(app, "metadata", "uid")),
  );
