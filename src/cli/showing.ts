import { once } from "node:events";
import { systemClock } from "../cluster/clock.ts";
import { type FollowOptions, follow, type Seen } from "../cluster/sight.ts";
import type { KubeObject } from "../model/world.ts";

/** What is to be shown now. */
export interface Scene {
  readonly app: KubeObject;
  readonly seen: Seen;
  /** Why it may be old. */
  readonly trouble: string | undefined;
}

export type Show = (scene: Scene) => void;

export interface ShowingOptions extends Omit<FollowOptions, "onChange" | "onFault"> {
  readonly show: Show;
  /** Show it every second too: ages grow. */
  readonly isTicking: boolean;
}

/** Changes come in bursts: pods, endpoints and Deployments tell of the same. */
const gatherFor = 100;
const tickEvery = 1_000;

/** Shows an Application after every change until somebody presses Ctrl-C; whether it ended because it is gone. */
export async function showUntilEnd({ show, isTicking, ...whose }: ShowingOptions): Promise<boolean> {
  const ending = new AbortController();
  let isGone = false;
  let cancel = (): void => {};
  const now = (): void => {
    const { seen, trouble } = following;
    isGone = seen.app === undefined;
    if (!seen.app) {
      ending.abort();
      return;
    }
    show({ app: seen.app, seen, trouble });
    if (isTicking) cancel = systemClock.after(tickEvery, now);
  };
  const soon = (): void => {
    cancel();
    cancel = systemClock.after(gatherFor, now);
  };
  let fault: unknown;
  const onFault = (error: unknown): void => {
    fault = error;
    ending.abort();
  };
  const following = follow({ ...whose, onChange: soon, onFault });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ending.abort());
  await once(ending.signal, "abort");
  cancel();
  await following.stop();
  if (fault !== undefined) throw fault;
  return isGone;
}
