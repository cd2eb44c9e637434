import type { Component } from "../model/application.ts";
import { type Container, sidecars } from "../model/containers.ts";
import { asFlag, asList, asTextMap, type JsonObject, own } from "../model/json.ts";
import { needsMesh } from "../model/mesh.ts";
import { names } from "../model/names.ts";
import { contentHash } from "../model/revision.ts";
import { container, probes, sidecarContainer } from "./container.ts";
import type { Owner } from "./owner.ts";
import { isEmpty, objects, ownContainer, patched, traitPatch } from "./properties.ts";
import { stated } from "./stated.ts";
import { volumes } from "./volumes.ts";

/** The pod template of a webservice or a worker. */
export function podTemplate(component: Component, owner: Owner): JsonObject {
  const described = ownContainer(component);
  const revision = asFlag(own(described.properties, "addRevisionLabel")) ? contentHash(component) : undefined;
  return templateOf(component, owner, revision);
}

/** The pod template of a component's pods, which carry the revision where there is one. */
export function templateOf(component: Component, owner: Owner, revision: string | undefined): JsonObject {
  const described = ownContainer(component);
  const settle = Math.max(0, Math.ceil(owner.settleSeconds));
  const main = { ...container(described), ...probes(described), ...preStop(settle) };
  const added = sidecars(component).map((sidecar) => ({
    ...sidecarContainer(sidecar),
    ...probes(sidecar),
    ...preStop(settle),
  }));
  return {
    metadata: podMetadata(described, owner, settle, revision),
    spec: {
      containers: [main, ...added],
      ...podSpec(described),
      terminationGracePeriodSeconds: settle + graceSeconds,
    },
  };
}

/** What Kubernetes leaves a pod by default; the sleep before counts as part of it. */
const graceSeconds = 30;

/** Proxies go on calling a pod until they have heard that it goes. A sleep of 0 is refused by older API servers. */
const preStop = (seconds: number): JsonObject =>
  seconds > 0 ? { lifecycle: { preStop: { sleep: { seconds } } } } : {};

/** What of a pod's spec a component describes besides its container. */
export const podSpec = (described: Container): JsonObject =>
  stated({
    hostAliases: objects(asList(own(described.properties, "hostAliases"))).map(({ ip, hostnames }) =>
      stated({ ip, hostnames }),
    ),
    imagePullSecrets: asList(own(described.properties, "imagePullSecrets")).map((name) => ({ name })),
    volumes: volumes(described),
  });

function podMetadata(
  { component, properties }: Container,
  { app }: Owner,
  settle: number,
  revision: string | undefined,
): JsonObject {
  const inject = app.labels[names.sidecarInject];
  const drains = needsMesh(app) && settle > 0;
  const annotations = patched(
    // The proxy has to listen as long as the containers beside it.
    drains ? { [names.proxyConfig]: `terminationDrainDuration: ${settle}s` } : {},
    asTextMap(own(properties, "annotations")),
    traitPatch(component, "annotations"),
  );
  return {
    labels: patched(
      inject === undefined ? {} : { [names.sidecarInject]: inject },
      asTextMap(own(properties, "labels")),
      traitPatch(component, "labels"),
      selectorLabels(component, app.name),
      revision === undefined ? {} : { [names.revision]: revision },
    ),
    ...(isEmpty(annotations) ? {} : { annotations }),
  };
}

/** Labels of every pod. Nothing may take them away: Services and Deployments select by them. */
export const selectorLabels = (component: Component, app: string): Readonly<Record<string, string>> => ({
  [names.app]: app,
  [names.component]: component.name,
});
