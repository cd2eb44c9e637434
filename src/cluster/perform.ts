import { type KubeObject, nameOf } from "../model/world.ts";
import type { Action, Observed } from "../rollout/observed.ts";
import type { Api } from "./api.ts";
import { resourceOf } from "./resources.ts";
import { apply, remove, replaceStatus, type WriteOptions } from "./writes.ts";

/**
 * Writes what an action says, once, on the condition that what it is about is still as it was observed. The answer is what
 * is stored then; undefined where an object has gone. An ApiError that `isConflict` says: observe again.
 */
export async function perform(
  api: Api,
  action: Action,
  { app, objects }: Pick<Observed, "app" | "objects">,
  options: WriteOptions = {},
): Promise<KubeObject | undefined> {
  switch (action.do) {
    case "apply":
      return apply(api, action.object, seenIn(objects, action.object), options);
    case "remove":
      return remove(api, seenIn(objects, action.object) ?? action.object, options);
    case "write-status":
      return replaceStatus(api, { ...app, status: action.status }, options);
  }
}

/** The observed object of that kind and name; all of them are of one namespace. */
export function seenIn(objects: readonly KubeObject[], object: KubeObject): KubeObject | undefined {
  const name = nameOf(object);
  return objects.find((seen) => nameOf(seen) === name && resourceOf(seen) === resourceOf(object));
}
