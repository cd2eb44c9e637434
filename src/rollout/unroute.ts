import { servicePorts } from "../model/service-ports.ts";
import { type KubeObject, nameOf } from "../model/world.ts";
import type { CanaryComponent } from "./component.ts";
import { type Action, objectsOf, ofKind } from "./observed.ts";

export interface Unrouted {
  readonly actions: readonly Action[];
  /** Seconds until the subsets may go. */
  readonly wakeIn?: number;
}

/**
 * A component that closed its ports in mid-rollout keeps its route until the rollout is complete: as long as proxies may
 * use it, pods go by it. Then the Service goes, and with it the route: a route that is missing while there is a Service was
 * deleted by hand. Settle, then its subsets. Undefined where nothing of them is left.
 */
export function unroute(
  { component, situation }: CanaryComponent,
  objects: readonly KubeObject[],
): Unrouted | undefined {
  if (servicePorts(component).length > 0) return undefined;
  const ours = objectsOf(component.name, objects);
  const used = ["Service", "VirtualService"].flatMap((kind) => ofKind(kind, ours));
  if (used.length > 0) return { actions: used.map(removal) };
  const [rule] = ofKind("DestinationRule", ours);
  if (!rule) return undefined;
  const seconds = Math.max(situation.routeSettlesIn, situation.removalSettlesIn);
  return seconds > 0 ? { actions: [], wakeIn: seconds } : { actions: [removal(rule)] };
}

export const removal = (object: KubeObject): Action => ({
  do: "remove",
  object,
  event: `remove ${String(object["kind"])} ${nameOf(object)}`,
});
