import type { Api } from "../cluster/api.ts";
import { apply, change, remove } from "../cluster/writes.ts";
import { asText, at } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, nameOf } from "../model/world.ts";
import { endedRun } from "../rollout/ended-run.ts";
import { isReturnSpent } from "../rollout/take-back.ts";
import { states } from "../rollout/write.ts";
import type { Caches } from "./caches.ts";
import { resourceTracker } from "./tracker.ts";

/** What is written beside a plan, for people and for the vela CLI: nothing is decided on it. */
interface Keeper {
  readonly api: Api;
  readonly caches: Caches;
}

/** How a run ended. Were it an action, an API server that does not keep it would be written to without end. */
export async function keepEnd(app: KubeObject, objects: readonly KubeObject[], { api, caches }: Keeper): Promise<void> {
  const ended = endedRun(app, objects);
  if (!ended) return;
  caches.learn(await change(api, ended.revision, { status: ended.status }, { subResource: "status" }));
}

/** The ResourceTracker; one of an Application that had the name before is another one. */
export async function keepTracker(
  app: KubeObject,
  objects: readonly KubeObject[],
  { api, caches }: Keeper,
): Promise<void> {
  const wanted = resourceTracker(app, objects);
  const known = objects.find((object) => object["kind"] === "ResourceTracker" && nameOf(object) === nameOf(wanted));
  if (known && states(known, wanted)) return;
  const isOlder = asText(at(known, "metadata", "labels", "app.oam.dev/uid")) !== asText(at(app, "metadata", "uid"));
  if (known && isOlder) {
    caches.removed(known, await remove(api, known));
  }
  caches.learn(await apply(api, wanted, isOlder ? undefined : known));
}

/** Takes from an Application what `rollback --now` wrote, once it has done its work. */
export async function endReturn(app: KubeObject, objects: readonly KubeObject[], { api }: Keeper): Promise<void> {
  if (isReturnSpent(app, objects)) await change(api, app, { metadata: { annotations: { [names.returnMode]: null } } });
}
