import type { Bed } from "./bed/bed.ts";
import { untilRouted } from "./bed/proxies.ts";
import { type Finding, hostOf, probed } from "./probe.ts";

const host = "reviews";
const labels = (revision: string) => ({ app: "reviews", "app.oam.dev/revision": revision });

const deployment = (namespace: string, revision: string, replicas = 2) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: revision, namespace },
  spec: {
    replicas,
    selector: { matchLabels: labels(revision) },
    template: {
      metadata: { labels: labels(revision) },
      spec: { containers: [{ name: "reviews", image: revision, ports: [{ containerPort: 9080 }] }] },
    },
  },
});

const istio = (kind: string, namespace: string, name: string, spec: object) => ({
  apiVersion: "networking.istio.io/v1",
  kind,
  metadata: { name, namespace },
  spec,
});

const subsets = (namespace: string, ...revisions: readonly string[]) =>
  istio("DestinationRule", namespace, "reviews", {
    host,
    subsets: revisions.map((name) => ({ name, labels: { "app.oam.dev/revision": name } })),
  });

function routes(namespace: string, weights: Readonly<Record<string, number>>): object[] {
  const route = Object.entries(weights).map(([subset, weight]) => ({ destination: { host, subset }, weight }));
  return [
    istio("VirtualService", namespace, "reviews", { hosts: [host], http: [{ route }] }),
    istio("VirtualService", namespace, "reviews-gateway", {
      hosts: [`${namespace}.example`],
      gateways: ["reviews"],
      http: [{ match: [{ uri: { prefix: "/reviews" } }], route }],
    }),
  ];
}

const ground = (namespace: string) => [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: host, namespace },
    spec: { selector: { app: "reviews" }, ports: [{ name: "http", port: 9080 }] },
  },
  istio("Gateway", namespace, "reviews", {
    selector: { istio: "ingressgateway" },
    servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: [`${namespace}.example`] }],
  }),
];

/** A rollout by hand, of what somebody deployed and routed to v1, while calls go through. */
async function byHand(
  bed: Bed,
  namespace: string,
  rate: number,
  { deployed, act }: { readonly deployed: readonly string[]; readonly act: (service: string) => Promise<unknown> },
): Promise<readonly Finding[]> {
  const service = hostOf(namespace);
  const deployments = deployed.map((revision) => deployment(namespace, revision));
  await bed.apply(...ground(namespace), ...deployments, subsets(namespace, ...deployed));
  await bed.apply(...routes(namespace, { v1: 100 }));
  const names = deployed.map((revision) => `deployment/${revision}`);
  await bed.mustKubectl(["-n", namespace, "wait", "--for=condition=Available", ...names]);
  await untilRouted(bed, service, { v1: 100 });
  const findings = await probed(bed, namespace, rate, () => act(service));
  await bed.kubectl(["delete", "namespace", namespace, "--wait=false"]);
  return findings;
}

/** Gives weight to a subset before that exists: what nobody may do, done on purpose. */
export const weightBeforeSubset = (bed: Bed, namespace: string, rate: number): Promise<readonly Finding[]> =>
  byHand(bed, namespace, rate, {
    deployed: ["v1"],
    act: async (service) => {
      await bed.apply(deployment(namespace, "v2"), ...routes(namespace, { v1: 50, v2: 50 }));
      await untilRouted(bed, service, { v1: 50, v2: 50 });
      await bed.apply(subsets(namespace, "v1", "v2"));
    },
  });

/**
 * Moves all calls, and takes the old pods away: at once, or when the proxies have followed. No preStop sleep keeps these pods
 * for who still calls them.
 */
export const podsAfterRoute = (
  bed: Bed,
  namespace: string,
  rate: number,
  waits: boolean,
): Promise<readonly Finding[]> =>
  byHand(bed, namespace, rate, {
    deployed: ["v1", "v2"],
    act: async (service) => {
      const [moved, gone] = [routes(namespace, { v2: 100 }), deployment(namespace, "v1", 0)];
      await bed.apply(...moved, ...(waits ? [] : [gone]));
      await untilRouted(bed, service, { v2: 100 });
      if (waits) await bed.apply(gone);
      await bed.mustKubectl(["-n", namespace, "wait", "--for=delete", "pod", "-l", "app.oam.dev/revision=v1"]);
    },
  });
