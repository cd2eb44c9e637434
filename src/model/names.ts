/** Every label, annotation and field manager we read or write, once. */
export const names = {
  /** The only version of an Application that KubeVela serves, and so do we. */
  applicationVersion: "core.oam.dev/v1beta1",
  /** Labels of every object derived from an Application (kubevela/kubevela: pkg/oam/labels.go). */
  app: "app.oam.dev/name",
  appNamespace: "app.oam.dev/namespace",
  component: "app.oam.dev/component",
  revision: "app.oam.dev/revision",
  /** Annotations of KubeVela that we honour on an Application. */
  publishVersion: "app.oam.dev/publishVersion",
  autoUpdate: "app.oam.dev/autoUpdate",
  restartWorkflow: "app.oam.dev/restart-workflow",
  reconcileInterval: "app.oam.dev/reconcile-interval",
  controllerRequirement: "app.oam.dev/controller-version-require",
  pause: "controller.core.oam.dev/pause",
  /** Annotations by which KubeVela dispatches in somebody's name; refused here. */
  identities: ["app.oam.dev/service-account-name", "app.oam.dev/username", "app.oam.dev/group"],
  /** Ours. */
  prefix: "rollguard.dev/",
  contentHash: "rollguard.dev/content-hash",
  stableSince: "rollguard.dev/stable-since",
  onFailure: "rollguard.dev/on-failure",
  returnMode: "rollguard.dev/return",
  controller: "rollguard",
  /** Istio. */
  sidecarInject: "sidecar.istio.io/inject",
  /** The configuration of a pod's own proxy (istio.io: ProxyConfig). */
  proxyConfig: "proxy.istio.io/config",
  istioInjection: "istio-injection",
  istioRevision: "istio.io/rev",
} as const;

/** Our annotations on an Application, each with the values that it can have. */
export const annotationValues: Readonly<Record<string, readonly string[]>> = {
  [names.onFailure]: ["rollback"],
  [names.returnMode]: ["at-once"],
};
