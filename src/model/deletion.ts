import { at } from "./json.ts";
import type { KubeObject } from "./world.ts";

/** Whether an object was deleted and is there still, until its finalizers are taken away. */
export const isLeaving = (object: KubeObject | undefined): boolean =>
  at(object, "metadata", "deletionTimestamp") !== undefined;
