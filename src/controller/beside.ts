import { asApiError } from "../cluster/api.ts";
import { apply, change, remove } from "../cluster/writes.ts";
import { isLeaving } from "../model/deletion.ts";
import { asText, at } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, nameOf } from "../model/world.ts";
import type { Trouble } from "../rollout/conditions.ts";
import { endedRun } from "../rollout/ended-run.ts";
import { isReturnSpent } from "../rollout/take-back.ts";
import { states } from "../rollout/write.ts";
import { type Attempt, attempt, type Came } from "./attempt.ts";
import type { Tools } from "./reconcile.ts";
import { isFormerTracker, resourceTracker } from "./tracker.ts";
import { isLost } from "./while-leading.ts";

/**
 * What is written beside a plan, for people and for the vela CLI: nothing is decided on it, and whatever comes of it, plans go
 * on.
 */
export class Beside {
  readonly troubles: Trouble[] = [];
  /** Seconds until those that were not done are tried again. */
  readonly waits: number[] = [];
  /** How a run ended would be lost with the next status, and may be kept in a moment. */
  holdsStatus = false;
  /** The Application is no longer as it was observed. */
  hasMore = false;
  private readonly key: string;
  private readonly app: KubeObject;
  private readonly objects: readonly KubeObject[];
  private readonly tools: Tools;

  /** `app` as it is stored. */
  constructor(key: string, app: KubeObject, objects: readonly KubeObject[], tools: Tools) {
    this.key = key;
    this.app = app;
    this.objects = objects;
    this.tools = tools;
  }

  /** How a run ended. Were it an action, an API server that does not keep it would be written to without end. */
  async keepEnd(): Promise<void> {
    const ended = endedRun(this.app, this.objects);
    if (!ended) return;
    const { revision, status } = ended;
    const came = await this.write({
      place: { kind: "ApplicationRevision", name: nameOf(revision), part: "status" },
      seen: revision,
      send: () => change(this.tools.api, revision, { status }, { subResource: "status" }),
    });
    this.holdsStatus = came.as !== "done" && came.trouble === undefined;
  }

  /** What waits until nothing else is to be written. `acted`: the Application as it is acted on. */
  async keepRest(acted: KubeObject): Promise<void> {
    await this.keepTracker(acted);
    await this.endReturn();
  }

  /** The ResourceTracker; one of an Application that had the name before is another one. */
  private async keepTracker(acted: KubeObject): Promise<void> {
    const trackers = this.objects.filter((object) => object["kind"] === "ResourceTracker");
    for (const former of trackers.filter((tracker) => isFormerTracker(tracker, this.key))) await this.drop(former);
    const wanted = resourceTracker(acted, this.objects);
    const known = trackers.find((tracker) => nameOf(tracker) === nameOf(wanted));
    // The end of one that is being deleted is heard of.
    if (isLeaving(known) || (known && states(known, wanted))) return;
    const isOlder = known && uidIn(known) !== asText(at(acted, "metadata", "uid"));
    if (isOlder && !(await this.drop(known))) return;
    const place = placeOf(wanted);
    const seen = isOlder ? undefined : known;
    await this.write({ place, seen, send: () => apply(this.tools.api, wanted, seen) }, wanted);
  }

  /** Takes from an Application what `rollback --now` wrote, once it has done its work. */
  private async endReturn(): Promise<void> {
    if (!isReturnSpent(this.app, this.objects)) return;
    const came = await this.write({
      place: { ...placeOf(this.app), part: "annotations" },
      seen: this.app,
      send: () => change(this.tools.api, this.app, { metadata: { annotations: { [names.returnMode]: null } } }),
    });
    if (came.as === "done") this.hasMore = true;
  }

  /** Whether it has gone. */
  private async drop(object: KubeObject): Promise<boolean> {
    if (isLeaving(object)) return false;
    let left: KubeObject | undefined;
    const send = async (): Promise<undefined> => {
      left = await remove(this.tools.api, object);
      this.tools.caches.removed(object, left);
    };
    const came = await this.write({ place: placeOf(object), seen: object, send });
    return came.as === "done" && left === undefined;
  }

  /** `desired`: what is written again where somebody else changes it. */
  private async write(write: Omit<Attempt, "isOwn">, desired?: KubeObject): Promise<Came> {
    const { key, app, tools } = this;
    const came = await attempt(key, app, tools, {
      ...write,
      isOwn: (error) => !isLost(error) && !isGone(app, write, error),
    });
    if (came.as === "done") {
      if (came.stored) tools.caches.learn(came.stored);
      if (desired) tools.holds.written(key, write.place, desired);
      else tools.holds.succeeded(key, write.place);
    } else {
      this.waits.push(came.seconds);
      if (came.trouble) this.troubles.push(came.trouble);
    }
    return came;
  }
}

const placeOf = (object: KubeObject) => ({ kind: String(object["kind"]), name: nameOf(object) });
const uidIn = (tracker: KubeObject): string | undefined => asText(at(tracker, "metadata", "labels", "app.oam.dev/uid"));

/** An Application that is gone is not in trouble. */
const isGone = (app: KubeObject, { seen }: Pick<Attempt, "seen">, error: unknown): boolean =>
  seen === app && asApiError(error).isNotFound;
