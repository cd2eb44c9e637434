/** Endpoints refuse 127/8, so whatever the cluster must reach has an address of 10.99/16, all of which lead to this namespace. */
export const ranges = { hosts: "10.99.0.0/16", services: "10.96.0.0/16" } as const;

export const addresses = {
  apiServer: "10.99.0.10",
  /** Left free for a webhook and controller under test. The certificate names it. */
  rollguard: "10.99.0.20",
  /** Of a second process of it, to which no Service leads. */
  standby: "10.99.0.21",
  istiod: "10.99.0.30",
  gateway: "10.99.0.40",
  /** Admin page of the mesh client. Its listeners are on 127.0.0.1, one for each port of a Service. */
  meshClient: "10.99.0.41",
  node: "10.99.0.50",
} as const;

/** Pods take addresses from 10.99.1.1 on. */
export const podAddress = (index: number): string => `10.99.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`;
export const podAddressCount = 200 * 250;

export const ports = { apiServer: 6443, webhook: 9443, envoyAdmin: 15000, kubelet: 10250, istiodHttp: 8080 } as const;
export const apiServerUrl = `https://${addresses.apiServer}:${ports.apiServer}`;
