import { systemClock } from "../../src/cluster/clock.ts";
import { objectPath, type ResourceKind, resources } from "../../src/cluster/resources.ts";
import { Controller } from "../../src/controller/controller.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import type { ApiDouble } from "../cluster/api-double.ts";
import { eventually, PlayClock } from "../cluster/play-clock.ts";
import { connected, later, startDouble } from "../cluster/rig.ts";

/** A controller that leads, on a double of an API server, with time that a test lets pass. */
export interface Leading {
  readonly double: ApiDouble;
  readonly clock: PlayClock;
  readonly controller: Controller;
  readonly said: string[];
  /** What is stored of a kind in the namespace `shop`. */
  stored(kind: ResourceKind, name: string): KubeObject | undefined;
  /** Lets time pass in small steps, and what is under way go on, until something is so. */
  until(holds: () => boolean, what?: string): Promise<void>;
}

export async function leading(...objects: readonly JsonObject[]): Promise<Leading> {
  const double = await startDouble();
  for (const object of objects) double.store.put(object);
  const clock = new PlayClock();
  const said: string[] = [];
  const api = await connected(double, clock);
  const log = (message: string): void => void said.push(message);
  const controller = new Controller({ api, settleSeconds: 12, namespace: "home", isActive: true, log, clock });
  later(() => controller.stop());
  const until = (holds: () => boolean, what?: string): Promise<void> =>
    eventually(() => {
      if (!holds()) clock.advance(20);
      return holds();
    }, what);
  await until(() => controller.isLeader && controller.ready === true, "it leads");
  return {
    double,
    clock,
    controller,
    said,
    stored: (kind, name) => double.store.objects.get(objectPath(resources[kind], "shop", name)),
    until,
  };
}

/** Turns of the event loop, for what must not happen. */
export const pause = (milliseconds = 50): Promise<void> =>
  new Promise((resolve) => void systemClock.after(milliseconds, resolve));

/** An Application of plain components, each with a Service. */
export const shop = (...components: readonly string[]): JsonObject => ({
  apiVersion: "core.oam.dev/v1beta1",
  kind: "Application",
  metadata: { name: "shop", namespace: "shop", generation: 1 },
  spec: {
    components: components.map((name) => ({
      name,
      type: "webservice",
      properties: { image: "registry.example/shop:1", port: 8080 },
      traits: [{ type: "expose", properties: { port: [8080] } }],
    })),
  },
});
