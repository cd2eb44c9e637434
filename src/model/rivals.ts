import type { Application, Component } from "./application.ts";
import { isRouted } from "./derived.ts";
import { asList, at } from "./json.ts";
import { type KubeObject, nameOf, namespaceOf, qualifiedHost, type World } from "./world.ts";

export const rivalReads = ["VirtualService by host", "DestinationRule by host"] as const;
export type RivalReads = (typeof rivalReads)[number];

export interface Rival {
  readonly kind: "VirtualService" | "DestinationRule";
  readonly object: KubeObject;
}

/** What else tells sidecars how to reach the host of a component: every such object but those named after it. */
export function rivals(app: Application, component: Component, world: World<RivalReads>): readonly Rival[] {
  if (!isRouted(component)) return [];
  const short = `${component.name}.${app.namespace}`;
  const hosts = [qualifiedHost(component.name, app.namespace), short, `${short}.svc`];
  const others = (objects: readonly KubeObject[]) =>
    [...new Set(objects)].filter(
      (object) => namespaceOf(object) !== app.namespace || nameOf(object) !== component.name,
    );
  const routes = hosts.flatMap((host) => world.find("VirtualService by host", host)).filter(actsInSidecars);
  const rules = hosts.flatMap((host) => world.find("DestinationRule by host", host));
  return [
    ...others(routes).map((object): Rival => ({ kind: "VirtualService", object })),
    ...others(rules).map((object): Rival => ({ kind: "DestinationRule", object })),
  ];
}

/** A VirtualService acts in sidecars where it names no gateway, or the reserved one (istio.io: VirtualService, gateways). */
function actsInSidecars(route: KubeObject): boolean {
  const gateways = asList(at(route, "spec", "gateways"));
  return gateways.length === 0 || gateways.includes("mesh");
}
