import type { Bed } from "./bed/bed.ts";
import { untilRouted } from "./bed/proxies.ts";
import { type Finding, probed } from "./probe.ts";

const host = "reviews";
const labels = (revision: string) => ({ app: "reviews", "app.oam.dev/revision": revision });

const deployment = (namespace: string, revision: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: revision, namespace },
  spec: {
    replicas: 2,
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

/** A rollout by hand that gives weight to a subset before that exists: what nobody may do, done on purpose. */
export async function wrongOrder(bed: Bed, namespace: string, rate: number): Promise<readonly Finding[]> {
  const service = `reviews.${namespace}.svc.cluster.local`;
  await bed.apply(...ground(namespace), deployment(namespace, "v1"), subsets(namespace, "v1"));
  await bed.apply(...routes(namespace, { v1: 100 }));
  await bed.mustKubectl(["-n", namespace, "wait", "--for=condition=Available", "deployment/v1"]);
  await untilRouted(bed, service, { v1: 100 });
  const findings = await probed(bed, namespace, rate, async () => {
    await bed.apply(deployment(namespace, "v2"), ...routes(namespace, { v1: 50, v2: 50 }));
    await untilRouted(bed, service, { v1: 50, v2: 50 });
    await bed.apply(subsets(namespace, "v1", "v2"));
  });
  await bed.kubectl(["delete", "namespace", namespace, "--wait=false"]);
  return findings;
}
