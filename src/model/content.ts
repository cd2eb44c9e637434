import type { Component } from "./application.ts";
import { sidecars } from "./containers.ts";
import { asInteger, asList, asObject, asText, type Json, type JsonObject, own } from "./json.ts";
import { names } from "./names.ts";
import { defaultPortName } from "./ports.ts";
import { remembered } from "./remembered.ts";
import { normalise } from "./shape.ts";
import { componentTypes, sidecarShape } from "./vocabulary.ts";

/**
 * What of a component's spec shapes its pods, in normal form: its type, properties and pod-shaping traits, without
 * replicas, key order, or what says no more than its absence would: a default that is spelled out, an empty list or map.
 * Equal content is the same revision.
 */
export const contentOf = remembered((component: Component): JsonObject => {
  const { type } = component;
  const shape = componentTypes[type];
  const properties = asObject((shape && normalise(shape, effective(component.properties))) ?? {});
  const { labels, annotations, ...others } = shape ? properties : component.properties;
  return {
    type,
    properties: others,
    labels: podMetadata(component, "labels", labels),
    annotations: podMetadata(component, "annotations", annotations),
    sidecars: sidecars(component).map(({ raw }) => normalise(sidecarShape, raw) ?? {}),
  };
});

/** Of two ways to say the same the one that is in force (kubevela/kubevela: component/webservice.cue), and that in full. */
function effective(properties: JsonObject): JsonObject {
  const { port, volumes, limit, ports, ...rest } = properties;
  const asked = (resource: string) => asText(own(properties, resource));
  const limits = Object.entries(asObject(limit)).filter(([resource, value]) => {
    const request = asked(resource);
    return request !== undefined && value !== request;
  });
  return {
    ...rest,
    limit: Object.fromEntries(limits),
    ...(isGiven(ports) ? { ports: asList(ports).map(unnamed) } : { port }),
    ...(isGiven(rest["volumeMounts"]) ? {} : { volumes }),
  };
}

const isGiven = (value: Json | undefined): boolean => value !== undefined && value !== null;

/** A port without the number and the name that it has anyway. */
function unnamed(entry: Json): Json {
  const { containerPort, name, ...rest } = asObject(entry);
  const port = asInteger(rest["port"]);
  const opened = asInteger(containerPort) ?? port;
  const isDefault = name === defaultPortName(opened ?? 0, asText(rest["protocol"]) ?? "TCP");
  return {
    ...rest,
    ...(opened === port ? {} : { containerPort }),
    ...(isDefault ? {} : { name }),
  };
}

/** Keys that reach the pods from elsewhere too, so that taking them away makes a difference. */
const givenElsewhere: readonly string[] = [names.sidecarInject, names.proxyConfig];

/** The labels or annotations that a component gives its pods, by whatever trait; null where it takes one away. */
function podMetadata({ traits }: Component, kind: "labels" | "annotations", own: Json | undefined): JsonObject {
  const sources = [asObject(own), ...traits.filter(({ type }) => type === kind).map((t) => t.properties)];
  const last = Object.assign({}, ...sources) as JsonObject;
  return Object.fromEntries(
    Object.entries(last).filter(([key, value]) => value !== null || givenElsewhere.includes(key)),
  );
}
