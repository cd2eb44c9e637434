import type { Component } from "../model/application.ts";
import type { KubeObject } from "../model/world.ts";
import { entranceOf } from "./entrance.ts";
import { metadata, type Owner, onceFor, traitLabels } from "./owner.ts";
import { type Weights, weighted } from "./weighted.ts";

/**
 * The route from the gateway to a component; undefined without an istio-gateway trait. Routes of the mesh do not act on
 * what comes in by a gateway, so the weights of a canary component stand here as well.
 */
export const gatewayVirtualService = onceFor(
  (component: Component, owner: Owner, weights: Weights = unweighted): KubeObject | undefined => {
    const entrance = entranceOf(component);
    if (!entrance) return undefined;
    const { hosts, match, port } = entrance;
    const destination = { host: component.name, port: { number: port } };
    const isWeighted = Object.keys(weights).length > 0;
    return {
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      metadata: metadata(owner, component, `${component.name}-gateway`, { labels: traitLabels("istio-gateway") }),
      spec: {
        gateways: [component.name],
        hosts,
        http: [{ ...(match ? { match } : {}), route: isWeighted ? weighted(weights, destination) : [{ destination }] }],
      },
    };
  },
);

const unweighted: Weights = {};
