import type { Component } from "../model/application.ts";
import type { KubeObject } from "../model/world.ts";
import { entranceOf } from "./entrance.ts";
import { metadata, type Owner, onceFor, traitLabels } from "./owner.ts";

/** The Gateway of a component (kubevela/catalog: experimental/addons/istio, gateway trait); undefined without the trait. */
export const gateway = onceFor((component: Component, owner: Owner): KubeObject | undefined => {
  const entrance = entranceOf(component);
  if (!entrance) return undefined;
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "Gateway",
    metadata: metadata(owner, component, component.name, { labels: traitLabels("istio-gateway") }),
    spec: {
      selector: { istio: entrance.gateway },
      servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: entrance.hosts }],
    },
  };
});
