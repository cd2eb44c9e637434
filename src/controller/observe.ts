import { type Component, readApplication } from "../model/application.ts";
import { asInteger, asList, asText, at, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { servicePorts } from "../model/service-ports.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";

/**
 * Ready endpoints of each Deployment of an Application: ready in the EndpointSlices of the component's Service, joined to
 * the revision of the pod. Where there is no Service, or no revision, the ready replicas, which run ahead of the endpoints.
 */
export function readyPods(app: KubeObject, labelled: readonly KubeObject[]): Readonly<Record<string, number>> {
  const components = readApplication(app).components;
  const revisions = podRevisions(labelled);
  return Object.fromEntries(
    labelled
      .filter((object) => object["kind"] === "Deployment")
      .map((deployment) => {
        const component = components.find(({ name }) => name === labelOf(deployment, names.component));
        return [nameOf(deployment), readyOf(deployment, component, labelled, revisions)];
      }),
  );
}

function readyOf(
  deployment: KubeObject,
  component: Component | undefined,
  labelled: readonly KubeObject[],
  revisions: ReadonlyMap<string, string>,
): number {
  const isPlain = labelOf(deployment, names.revision) === undefined;
  if (!component || isPlain || servicePorts(component).length === 0)
    return asInteger(at(deployment, "status", "readyReplicas")) ?? 0;
  const slices = labelled.filter(
    (object) => object["kind"] === "EndpointSlice" && labelOf(object, serviceName) === component.name,
  );
  const pods = slices.flatMap((slice) => asList(own(slice, "endpoints")).filter(isReady).flatMap(podOf));
  return new Set(pods.filter((pod) => revisions.get(pod) === nameOf(deployment))).size;
}

const serviceName = "kubernetes.io/service-name";

/** Absent means ready (kubernetes/api: discovery/v1/types.go). */
const isReady = (endpoint: unknown): boolean => at(endpoint, "conditions", "ready") !== false;

const podOf = (endpoint: unknown): string | [] => asText(at(endpoint, "targetRef", "name")) ?? [];

const podRevisions = (labelled: readonly KubeObject[]): ReadonlyMap<string, string> =>
  new Map(
    labelled
      .filter((object) => object["kind"] === "Pod")
      .flatMap((pod) => {
        const revision = labelOf(pod, names.revision);
        return revision === undefined ? [] : [[nameOf(pod), revision] as const];
      }),
  );
