import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addresses, ports } from "./addresses.ts";
import { isOk } from "./ask.ts";
import type { Network } from "./network.ts";
import type { Running } from "./processes.ts";

export interface Proxy {
  readonly name: string;
  readonly address: string;
  readonly nodeId: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Its label matches the selector that a Gateway has where nobody says otherwise. */
export const gateway: Proxy = {
  name: "gateway",
  address: addresses.gateway,
  nodeId: `router~${addresses.gateway}~gateway.istio-system~istio-system.svc.cluster.local`,
  namespace: "istio-system",
  labels: { istio: "ingressgateway" },
};

/** A sidecar without a workload: whoever asks 127.0.0.1 at a Service's port, with its host name, is in the mesh. */
export const meshClient: Proxy = {
  name: "mesh-client",
  address: addresses.meshClient,
  nodeId: `sidecar~${addresses.meshClient}~client.default~default.svc.cluster.local`,
  namespace: "default",
  labels: { app: "client" },
};

const socketAddress = (address: string, port: number) => ({ socket_address: { address, port_value: port } });
const fromAds = { ads: {}, initial_fetch_timeout: "0s", resource_api_version: "V3" };
const http2 = {
  "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
    "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
    explicit_http_config: { http2_protocol_options: {} },
  },
};

const discovery = {
  name: "xds-grpc",
  type: "STATIC",
  connect_timeout: "1s",
  typed_extension_protocol_options: http2,
  load_assignment: {
    cluster_name: "xds-grpc",
    endpoints: [{ lb_endpoints: [{ endpoint: { address: socketAddress(addresses.istiod, 15010) } }] }],
  },
};

/** As Istio has it: its cluster names end in ";", which keeps the subset in the metrics. */
const statistics = {
  use_all_default_tags: false,
  stats_tags: [
    { tag_name: "cluster_name", regex: "^cluster(\\.(.+);)" },
    { tag_name: "response_code", regex: "_rq(_(\\d{3}))$" },
    { tag_name: "response_code_class", regex: "_rq(_(\\dxx))$" },
  ],
};

const bootstrap = (proxy: Proxy) => ({
  node: {
    id: proxy.nodeId,
    cluster: proxy.name,
    metadata: {
      CLUSTER_ID: "Kubernetes",
      ISTIO_VERSION: "1.31.0",
      NAMESPACE: proxy.namespace,
      INSTANCE_IPS: proxy.address,
      LABELS: proxy.labels,
      INTERCEPTION_MODE: "NONE",
    },
  },
  admin: { address: socketAddress(proxy.address, ports.envoyAdmin) },
  stats_config: statistics,
  dynamic_resources: {
    ads_config: {
      api_type: "DELTA_GRPC",
      transport_api_version: "V3",
      set_node_on_first_message_only: true,
      grpc_services: [{ envoy_grpc: { cluster_name: "xds-grpc" } }],
    },
    cds_config: fromAds,
    lds_config: fromAds,
  },
  static_resources: { clusters: [discovery] },
});

export async function startEnvoy(network: Network, folder: string, binary: string, proxy: Proxy): Promise<Running> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${proxy.name}.json`);
  writeFileSync(file, JSON.stringify(bootstrap(proxy), null, 2));
  const envoy = network.start({
    name: proxy.name,
    command: [binary, "-c", file, "--concurrency", "1", "--disable-hot-restart", "-l", "warning"],
  });
  await envoy.ready(() => isOk(network, `http://${proxy.address}:${ports.envoyAdmin}/ready`));
  return envoy;
}
