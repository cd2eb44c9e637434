import type { Container } from "../model/containers.ts";
import { asList, asText, at, type JsonObject, own } from "../model/json.ts";
import { defaultPortName, portsOf } from "../model/ports.ts";
import { probe } from "./probe.ts";
import { inner, objects } from "./properties.ts";
import { canonicalQuantity } from "./quantity.ts";
import { stated } from "./stated.ts";
import { volumeMounts } from "./volumes.ts";

/** The container of a component (kubevela/kubevela: component/webservice.cue, worker.cue, task.cue, cron-task.cue). */
export function container(described: Container): JsonObject {
  const { properties } = described;
  return stated({
    name: described.component.name,
    image: own(properties, "image"),
    ports: containerPorts(described),
    imagePullPolicy: own(properties, "imagePullPolicy"),
    command: own(properties, "cmd"),
    args: own(properties, "args"),
    env: environment(properties),
    resources: resources(properties),
    volumeMounts: volumeMounts(described),
  });
}

/** The container that a sidecar trait adds; it mounts volumes that the component describes. */
export const sidecarContainer = ({ properties }: Container): JsonObject =>
  stated({
    name: own(properties, "name"),
    image: own(properties, "image"),
    command: own(properties, "cmd"),
    args: own(properties, "args"),
    env: environment(properties),
    volumeMounts: objects(asList(own(properties, "volumes"))).map((volume) => ({
      name: own(volume, "name"),
      mountPath: own(volume, "path"),
    })),
  });

export const probes = ({ properties }: Container): JsonObject =>
  stated({
    livenessProbe: probe(inner(properties, "livenessProbe")),
    readinessProbe: probe(inner(properties, "readinessProbe")),
  });

/** A port is named after the number on which the container listens; the one of the older `port` has no name. */
function containerPorts(described: Container): readonly JsonObject[] {
  const isListed = own(described.properties, "ports") !== undefined;
  return portsOf(described).map(({ port, containerPort = port, protocol, name }) => ({
    containerPort,
    protocol,
    ...(isListed ? { name: name ?? defaultPortName(containerPort, protocol) } : {}),
  }));
}

const environment = (properties: JsonObject): readonly JsonObject[] =>
  objects(asList(own(properties, "env"))).map((entry) =>
    stated({ name: own(entry, "name"), value: own(entry, "value"), valueFrom: own(entry, "valueFrom") }),
  );

/** Limits are as high as requests unless `limit` says otherwise. */
function resources(properties: JsonObject): JsonObject | undefined {
  const asked = ["cpu", "memory"].flatMap((resource) => {
    const request = asText(own(properties, resource));
    if (request === undefined) return [];
    const limit = asText(at(properties, "limit", resource)) ?? request;
    return [{ resource, request: canonicalQuantity(request), limit: canonicalQuantity(limit) }];
  });
  if (asked.length === 0) return undefined;
  return {
    limits: Object.fromEntries(asked.map(({ resource, limit }) => [resource, limit])),
    requests: Object.fromEntries(asked.map(({ resource, request }) => [resource, request])),
  };
}
