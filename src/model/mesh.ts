import { type Application, canaryComponents, traitOf } from "./application.ts";
import { names } from "./names.ts";
import { servicePorts } from "./service-ports.ts";
import { type KubeObject, labelOf } from "./world.ts";

/** Whether traffic weights of this Application act in sidecars: it has a canary component with a Service. */
export const needsMesh = (app: Application): boolean =>
  canaryComponents(app).some((component) => servicePorts(component).length > 0);

/** Whether Istio's resources are needed at all: for weights, or for a gateway. */
export const needsIstio = (app: Application): boolean =>
  needsMesh(app) || app.components.some((component) => traitOf(component, "istio-gateway"));

/** Whether Istio injects sidecars into a namespace's pods unasked (istio.io: Installing the Sidecar, injection policy). */
export const namespaceInjects = (namespace: KubeObject | undefined): boolean =>
  namespace !== undefined &&
  !namespaceForbidsInjection(namespace) &&
  (labelOf(namespace, names.istioInjection) === "enabled" || labelOf(namespace, names.istioRevision) !== undefined);

/** `istio-injection: disabled` wins over the label of a pod. */
export const namespaceForbidsInjection = (namespace: KubeObject | undefined): boolean =>
  namespace !== undefined && labelOf(namespace, names.istioInjection) === "disabled";
