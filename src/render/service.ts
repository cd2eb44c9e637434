import { type Component, traitOf } from "../model/application.ts";
import { asText, asTextMap, type JsonObject, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { canaryTrafficPorts, defaultPortName, exposedPorts, type Port, portsOf } from "../model/ports.ts";
import { servicePorts } from "../model/service-ports.ts";
import type { KubeObject } from "../model/world.ts";

import { metadata, type Owner, onceFor, traitLabels } from "./owner.ts";
import { ownContainer, traitProperties } from "./properties.ts";

/** The Service of a component, from its expose or canary-traffic trait or its exposed ports; undefined without any. */
export const service = onceFor((component: Component, owner: Owner): KubeObject | undefined => {
  if (servicePorts(component).length === 0) return undefined;
  const { trait, type, ports, selector, annotations } = sourceOf(component);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(owner, component, component.name, {
      labels: traitLabels(trait),
      annotations: annotations ?? {},
    }),
    spec: { selector: selector ?? { [names.component]: component.name }, ports, type },
  };
});

interface Source {
  readonly trait: string;
  readonly type: string;
  readonly ports: readonly JsonObject[];
  readonly selector?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

function sourceOf(component: Component): Source {
  const expose = traitProperties(component, "expose");
  if (expose) return exposeSource(component, expose);
  if (traitOf(component, "canary-traffic")) {
    const ports = canaryTrafficPorts(component).map(({ port }) => ({
      name: defaultPortName(port, "TCP"),
      port,
      targetPort: port,
      protocol: "TCP",
      ...spokenOn(component, "TCP"),
    }));
    return { trait: "canary-traffic", type: "ClusterIP", ports };
  }
  const described = ownContainer(component);
  const type = asText(own(described.properties, "exposeType")) ?? "ClusterIP";
  const exposed = portsOf(described).filter((port) => port.isExposed);
  return { trait: "AuxiliaryWorkload", type, ports: exposed.map((port) => servicePort(component, port, type)) };
}

function exposeSource(component: Component, properties: JsonObject): Source {
  const type = asText(own(properties, "type")) ?? "ClusterIP";
  const selector = own(properties, "matchLabels");
  return {
    trait: "expose",
    type,
    ports: exposedPorts(component).map((port) => servicePort(component, port, type)),
    annotations: asTextMap(own(properties, "annotations")),
    ...(selector === undefined ? {} : { selector: asTextMap(selector) }),
  };
}

function servicePort(component: Component, port: Port, type: string): JsonObject {
  const { protocol, nodePort, containerPort = port.port } = port;
  return {
    name: port.name ?? defaultPortName(containerPort, protocol),
    port: port.port,
    targetPort: containerPort,
    protocol,
    ...(port.name === undefined ? spokenOn(component, protocol) : {}),
    ...(nodePort !== undefined && type === "NodePort" ? { nodePort } : {}),
  };
}

/**
 * Where Istio routes the calls of a component it must not have to guess from the first bytes that they are HTTP. Said
 * beside the name, so that a port keeps its name when its component gains a route; one that the user named says it itself.
 */
function spokenOn(component: Component, protocol: string): JsonObject {
  const isRouted = traitOf(component, "rollout") !== undefined || traitOf(component, "istio-gateway") !== undefined;
  return isRouted && protocol === "TCP" ? { appProtocol: "http" } : {};
}
