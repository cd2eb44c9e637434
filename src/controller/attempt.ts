import { asApiError } from "../cluster/api.ts";
import type { KubeObject } from "../model/world.ts";
import type { Trouble } from "../rollout/conditions.ts";
import type { Tools } from "./reconcile.ts";
import type { Place } from "./refusal.ts";
import { troubleOf } from "./tell.ts";

/** A write that may be refused: then it waits, and others go on. */
export interface Attempt {
  readonly place: Place;
  /** The object as it was observed. */
  readonly seen: KubeObject | undefined;
  send(): Promise<KubeObject | undefined>;
  /** Whether a failure is about this write; any other is thrown. */
  isOwn(error: unknown): boolean;
}

/** What came of it. */
export type Came =
  | { readonly as: "done"; readonly stored: KubeObject | undefined }
  | {
      readonly as: "waits" | "conflict";
      readonly seconds: number;
      /** What people are told; undefined while it may be a matter of moments. */
      readonly trouble: Trouble | undefined;
      /** Somebody else writes the object too, and is not known yet. */
      readonly isFight: boolean;
    };

/** Sends a write about an Application, unless it is to wait; of one that is refused people are told. */
export async function attempt(key: string, app: KubeObject, tools: Tools, write: Attempt): Promise<Came> {
  const { place, seen } = write;
  const hold = tools.holds.of(key, place, seen);
  if (hold) return { as: "waits", ...hold };
  try {
    return { as: "done", stored: await write.send() };
  } catch (error) {
    if (!write.isOwn(error)) throw error;
    return refused(key, app, tools, place, error);
  }
}

function refused(key: string, app: KubeObject, { holds, log, events }: Tools, place: Place, error: unknown): Came {
  const { isConflict, status, reason } = asApiError(error);
  const trouble = holds.failed(key, place, asApiError(error));
  if (trouble) {
    // Without the message, which may quote the object.
    log("a write is refused", { application: key, ...place, status, reason }, "warn");
    events.tell(troubleOf(app, trouble));
  }
  const seconds = holds.of(key, place, undefined)?.seconds ?? 0;
  return { as: isConflict ? "conflict" : "waits", seconds, trouble, isFight: false };
}
